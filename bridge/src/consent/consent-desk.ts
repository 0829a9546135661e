/** Issues and redeems consent tickets in memory: 256 random bits, one use, 60 s, bound to every field of the scope. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { SuoqiaoError } from '@suoqiao/protocol'
import type { ConsentDesk, ConsentScope } from './consent.js'

/** Security requirement 10. */
const LIFETIME_MS = 60_000
/** A person confirms one file at a time; more open tickets of one session are old ones, so the oldest goes. */
const MAX_PER_SESSION = 8
/** Over all sessions: the server allows eight connections. */
const MAX_OUTSTANDING = 64

interface Ticket {
  /** SHA-256 of the ticket, so that all compared values have one length and a heap dump holds no usable ticket. */
  readonly hash: Buffer
  readonly scope: ConsentScope
  readonly expiresAt: number
}

interface ConsentDeskOptions {
  readonly lifetimeMs?: number
  /** Milliseconds that never jump back; the wall clock may be set while a ticket is out. */
  readonly now?: () => number
}

export function createConsentDesk(options: ConsentDeskOptions = {}): ConsentDesk {
  const lifetimeMs = options.lifetimeMs ?? LIFETIME_MS
  const now = options.now ?? (() => performance.now())
  let outstanding: Ticket[] = []

  const sweep = (): void => {
    const time = now()
    outstanding = outstanding.filter((ticket) => ticket.expiresAt > time)
  }
  const makeRoom = (sessionId: string): void => {
    const own = outstanding.filter((ticket) => ticket.scope.sessionId === sessionId)
    const oldest = own[0]
    if (own.length >= MAX_PER_SESSION) outstanding = outstanding.filter((ticket) => ticket !== oldest)
    if (outstanding.length >= MAX_OUTSTANDING) throw new SuoqiaoError('request.rate-limited')
  }

  return {
    issue(scope) {
      sweep()
      makeRoom(scope.sessionId)
      const ticket = randomBytes(32).toString('base64url')
      outstanding.push({ hash: sha256(ticket), scope: { ...scope }, expiresAt: now() + lifetimeMs })
      return { ticket, expiresInS: Math.floor(lifetimeMs / 1000) }
    },
    redeem(ticket, scope) {
      if (ticket === undefined) throw new SuoqiaoError('consent.required')
      sweep()
      const found = find(outstanding, ticket)
      if (!found) throw new SuoqiaoError('consent.expired')
      outstanding = outstanding.filter((other) => other !== found)
      const field = firstDifference(found.scope, scope)
      if (field) throw new SuoqiaoError('consent.mismatch', { field })
    },
  }
}

/** Compares with every ticket and never stops early, so that the time tells nothing about a guess. */
function find(outstanding: readonly Ticket[], ticket: string): Ticket | undefined {
  const hash = sha256(ticket)
  let found: Ticket | undefined
  for (const candidate of outstanding) if (timingSafeEqual(candidate.hash, hash)) found = candidate
  return found
}

const BOUND_FIELDS = ['sessionId', 'origin', 'method', 'certificateId', 'paramsSha256'] as const

function firstDifference(issued: ConsentScope, asked: ConsentScope): string | undefined {
  let different: string | undefined
  for (const field of BOUND_FIELDS) {
    if (!timingSafeEqual(sha256(issued[field]), sha256(asked[field]))) different ??= field
  }
  return different
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
