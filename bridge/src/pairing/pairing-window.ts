/** The pairing window: a listener that exists only while the user holds it open, one browser at a time. */
import { randomBytes } from 'node:crypto'
import {
  CLOSE_INVALID,
  decode,
  type ErrorCode,
  PAIRING_PATH,
  PAIRING_PORTS,
  PAIRING_SUBPROTOCOL,
  pairCommit,
  pairOpen,
} from '@suoqiao/protocol'
import * as v from 'valibot'
import type { WebSocket } from 'ws'
import type { PairingNews } from '../control/control-message.js'
import type { PairingConversation } from '../control/control-server.js'
import { listenOnLoopback } from '../server/loopback-listener.js'
import { isOwnExtension } from '../server/native-door.js'
import type { BackOff } from './back-off.js'
import {
  comparisonDigits,
  createPairingSecret,
  isShare,
  opensCommitment,
  type PairingShare,
} from './pairing-code.js'
import type { Pairings } from './pairings.js'

export const PAIRING_LIFETIME_MS = 120_000

export interface PairingWindowOptions {
  readonly pairings: Pairings
  readonly backOff: BackOff
  /** Port of the daemon's WebSocket door, told to the paired browser. */
  readonly port: () => number
  readonly tell: (news: PairingNews) => void
  readonly lifetimeMs?: number
  readonly onClosed?: () => void
}

/** The attempt under way; `settle` is there once the digits are shown. */
interface Attempt {
  readonly socket: WebSocket
  settle?: (same: boolean) => void
}

/** Opens the window on the first free pairing port. Throws when all of them are taken. */
export async function openPairingWindow(options: PairingWindowOptions): Promise<PairingConversation> {
  let attempt: Attempt | undefined
  let isOpen = true
  const listener = await listenOnLoopback(PAIRING_PORTS, {
    path: PAIRING_PATH,
    subprotocol: PAIRING_SUBPROTOCOL,
    isOriginKnown: (origin) => isOwnExtension('chromium', origin) || isOwnExtension('gecko', origin),
    refusal: () => (attempt ? 503 : undefined),
    onSocket: (socket, origin) => {
      attempt = { socket }
      void conduct(attempt, origin, options).then((outcome) => {
        attempt = undefined
        finish(outcome)
      })
    },
  })
  const close = (code: ErrorCode): void => {
    if (!isOpen) return
    isOpen = false
    clearTimeout(life)
    void listener.close()
    options.tell({ pair: 'closed', code })
    options.onClosed?.()
  }
  const finish = (outcome: Outcome): void => {
    if (!isOpen) return
    options.tell(outcome)
    if (outcome.pair === 'paired') {
      options.backOff.succeed()
      close('pairing.closed')
    } else {
      options.backOff.fail()
      if (options.backOff.isActive()) close('pairing.backoff')
    }
  }
  const lifetimeMs = options.lifetimeMs ?? PAIRING_LIFETIME_MS
  const life = setTimeout(close, lifetimeMs, 'pairing.closed' satisfies ErrorCode)
  options.tell({ pair: 'open', port: listener.port, seconds: lifetimeMs / 1000 })
  return {
    answer: (same) => attempt?.settle?.(same),
    close: () => close('pairing.closed'),
  }
}

type Outcome = Extract<PairingNews, { pair: 'failed' | 'paired' }>

/** One browser's attempt, from its commitment to the user's word. Never throws: every fault is a refused pairing. */
async function conduct(attempt: Attempt, origin: string, options: PairingWindowOptions): Promise<Outcome> {
  const { socket } = attempt
  try {
    const outcome = await exchange(attempt, origin, options)
    socket.close(1000)
    return outcome
  } catch {
    const code: ErrorCode = 'pairing.refused'
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ t: 'error', code }))
    socket.close(CLOSE_INVALID)
    return { pair: 'failed', code }
  }
}

async function exchange(attempt: Attempt, origin: string, options: PairingWindowOptions): Promise<Outcome> {
  const { socket } = attempt
  const next = frames(socket)
  const commit = v.parse(pairCommit, await next())
  if (commit.origin !== origin) throw new Error('stated origin differs')

  const secret = createPairingSecret()
  const own: PairingShare = { publicKey: secret.publicKey, nonce: randomBytes(32) }
  socket.send(
    JSON.stringify({
      t: 'offer',
      publicKey: own.publicKey.toString('base64url'),
      nonce: own.nonce.toString('base64url'),
    }),
  )
  const opened = v.parse(pairOpen, await next())
  const theirs: PairingShare = {
    publicKey: Buffer.from(opened.publicKey, 'base64url'),
    nonce: Buffer.from(opened.nonce, 'base64url'),
  }
  if (!isShare(theirs) || !opensCommitment(theirs, Buffer.from(commit.commit, 'base64url'))) {
    throw new Error('the share does not open the commitment')
  }
  const key = secret.agree(theirs.publicKey)

  options.tell({ pair: 'code', digits: comparisonDigits(theirs, own), origin, browser: commit.browser })
  const same = await Promise.race([
    new Promise<boolean>((resolve) => {
      attempt.settle = resolve
    }),
    next(),
  ])
  if (same !== true) throw new Error('not confirmed')
  const pairing = options.pairings.add(origin, commit.browser, key)
  socket.send(JSON.stringify({ t: 'paired', sessionId: pairing.id, port: options.port() }))
  return { pair: 'paired', id: pairing.id, name: pairing.name }
}

/** The next frame of the browser; rejects when it leaves. */
function frames(socket: WebSocket): () => Promise<unknown> {
  const waiting: unknown[] = []
  let wake: (() => void) | undefined
  let isGone = false
  socket.on('message', (data, isBinary) => {
    // The protocol has two frames; a browser that sends many is not ours.
    if (isBinary || waiting.push(String(data)) > 2) socket.terminate()
    wake?.()
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    isGone = true
    wake?.()
  })
  return async () => {
    while (waiting.length === 0) {
      if (isGone) throw new Error('the browser left')
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return decode(String(waiting.shift()))
  }
}
