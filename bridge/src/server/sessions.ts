/** Live sessions: which extension holds which key. Keys live in memory only; paired ones are kept by pairing/. */
import { randomBytes } from 'node:crypto'
import { SESSION_LIFETIME_MS } from '@suoqiao/protocol'

export interface Session {
  readonly id: string
  /** The extension's own origin, e.g. `chrome-extension://…`; compared exactly. */
  readonly origin: string
  /** K: 32 random bytes. */
  readonly key: Buffer
  /** Milliseconds since the epoch; null for a paired session, which lives until it is revoked. */
  readonly expiresAt: number | null
}

export interface Sessions {
  /** A new session for an extension that the native host vouched for. */
  open(origin: string): Session & { readonly expiresAt: number }
  find(id: string): Session | undefined
  hasOrigin(origin: string): boolean
  noteUse(id: string): void
  /** Called once, `inS` seconds before a session ends by itself. */
  onExpiring(listener: (sessionId: string, inS: number) => void): void
  /** Called when sessions expired or were removed: their connections must close. */
  onEnd(listener: (sessionId: string) => void): void
  /** Ends a session now, e.g. a revoked pairing. */
  end(id: string): void
  close(): void
}

/** Where paired sessions come from. */
export interface PairedSessions {
  find(id: string): Session | undefined
  hasOrigin(origin: string): boolean
  /** A connection proved the key of this session. */
  noteUse(id: string): void
}

/** A browser profile needs one; more are left-overs of restarted browsers, and the oldest goes. */
const MOST_SESSIONS = 64
/** How long before its end a session is warned: time enough to say hello again. */
const WARNING_MS = 5 * 60 * 1000

export function createSessions(paired: PairedSessions, lifetimeMs = SESSION_LIFETIME_MS): Sessions {
  const live = new Map<string, Session>()
  const timers = new Map<string, NodeJS.Timeout>()
  const listeners: ((sessionId: string) => void)[] = []
  const expiring: ((sessionId: string, inS: number) => void)[] = []

  const end = (id: string): void => {
    clearTimeout(timers.get(id))
    timers.delete(id)
    live.get(id)?.key.fill(0)
    live.delete(id)
    for (const listener of listeners) listener(id)
  }
  const warn = (id: string): void => {
    const leftMs = Math.min(WARNING_MS, lifetimeMs)
    for (const listener of expiring) listener(id, Math.ceil(leftMs / 1000))
    timers.set(id, setTimeout(end, leftMs, id).unref())
  }
  return {
    open: (origin) => {
      if (live.size >= MOST_SESSIONS) end([...live.keys()][0] ?? '')
      const expiresAt = Date.now() + lifetimeMs
      const id = randomBytes(24).toString('base64url')
      const session = { id, origin, key: randomBytes(32), expiresAt }
      live.set(id, session)
      timers.set(id, setTimeout(warn, Math.max(lifetimeMs - WARNING_MS, 0), id).unref())
      return session
    },
    find: (id) => live.get(id) ?? paired.find(id),
    hasOrigin: (origin) =>
      [...live.values()].some((session) => session.origin === origin) || paired.hasOrigin(origin),
    noteUse: (id) => paired.noteUse(id),
    onExpiring: (listener) => expiring.push(listener),
    onEnd: (listener) => listeners.push(listener),
    end,
    close: () => {
      for (const id of [...live.keys()]) end(id)
    },
  }
}
