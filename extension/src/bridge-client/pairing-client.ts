/** Pairing by numeric comparison with commitment, for browsers that have no native messaging (bridge/security.md). */
import {
  lengthPrefixed,
  PAIRING_PATH,
  PAIRING_PORTS,
  PAIRING_SUBPROTOCOL,
  type pairCommit,
  pairDone,
  pairFailed,
  pairOffer,
  type pairOpen,
  SuoqiaoError,
} from '@suoqiao/protocol'
import * as v from 'valibot'
import { type Bytes, freshNonce, fromBase64Url, sha256, toBase64Url, utf8 } from '../encoding/bytes'
import { importSessionKey, type SessionKeys } from './session-key'

const CONNECT_DEADLINE_MS = 1000
/** Life of a pairing window. */
const CONFIRM_DEADLINE_MS = 120_000

export interface Pairing extends SessionKeys {
  readonly port: number
  readonly sessionId: string
}

export interface PairingAttempt {
  /** Six digits; the daemon shows the same. */
  readonly digits: string
  /** Resolves after the user has confirmed at the daemon too. Throws pairing.refused, pairing.backoff, pairing.closed. */
  confirmed(): Promise<Pairing>
  cancel(): void
}

/** Six digits both sides show: first four bytes of the transcript's hash, big-endian, modulo 10^6. */
export async function comparisonDigits(fields: readonly Uint8Array[]): Promise<string> {
  const hash = await sha256(lengthPrefixed(fields))
  return String(new DataView(hash.buffer).getUint32(0) % 1_000_000).padStart(6, '0')
}

function concat(a: Bytes, b: Bytes): Bytes {
  const out = new Uint8Array(a.length + b.length)
  out.set(a)
  out.set(b, a.length)
  return out
}

function openOne(port: number): Promise<WebSocket | null> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${PAIRING_PATH}`, PAIRING_SUBPROTOCOL)
    const timer = setTimeout(() => {
      socket.close()
      resolve(null)
    }, CONNECT_DEADLINE_MS)
    const settle = (value: WebSocket | null) => () => {
      clearTimeout(timer)
      resolve(value)
    }
    socket.addEventListener('open', settle(socket), { once: true })
    socket.addEventListener('error', settle(null), { once: true })
    socket.addEventListener('close', settle(null), { once: true })
  })
}

async function openFirst(): Promise<WebSocket> {
  for (const port of PAIRING_PORTS) {
    const socket = await openOne(port)
    if (socket) return socket
  }
  throw new SuoqiaoError('pairing.closed')
}

/** Frames in order of arrival; the next one is parsed by `schema`, or the daemon's refusal is thrown. */
function frameReader(socket: WebSocket) {
  const queue: unknown[] = []
  let wake: () => void = () => {}
  let closed = false
  socket.addEventListener('message', (event) => {
    queue.push(event.data)
    wake()
  })
  socket.addEventListener('close', () => {
    closed = true
    wake()
  })
  return async <S extends v.GenericSchema>(schema: S, deadlineMs: number): Promise<v.InferOutput<S>> => {
    const timer = setTimeout(() => socket.close(), deadlineMs)
    while (queue.length === 0 && !closed) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    clearTimeout(timer)
    if (queue.length === 0) throw new SuoqiaoError('pairing.refused')
    return readFrame(schema, queue.shift())
  }
}

function readFrame<S extends v.GenericSchema>(schema: S, data: unknown): v.InferOutput<S> {
  let value: unknown = null
  try {
    value = typeof data === 'string' && data.length < 4096 ? JSON.parse(data) : null
  } catch {
    // Not JSON: refused below like any other frame that does not fit.
  }
  const parsed = v.safeParse(schema, value)
  if (parsed.success) return parsed.output
  const failed = v.safeParse(pairFailed, value)
  const backoff = failed.success && failed.output.code === 'pairing.backoff'
  throw new SuoqiaoError(backoff ? 'pairing.backoff' : 'pairing.refused')
}

/** K of a pairing: HKDF-SHA256 of the ECDH secret, salt SHA-256(pkE | pkD), info "suoqiao pairing". */
async function deriveSession(own: CryptoKey, ownRaw: Bytes, peerRaw: Bytes): Promise<SessionKeys> {
  const curve = { name: 'ECDH', namedCurve: 'P-256' }
  const peer = await crypto.subtle.importKey('raw', peerRaw, curve, false, [])
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: peer }, own, 256)
  const base = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveBits'])
  const salt = await sha256(concat(ownRaw, peerRaw))
  const bits = await crypto.subtle.deriveBits(
    { name: 'HKDF', hash: 'SHA-256', salt, info: utf8('suoqiao pairing') },
    base,
    256,
  )
  const key = new Uint8Array(bits)
  try {
    return await importSessionKey(key)
  } finally {
    key.fill(0)
  }
}

/** Meets the daemon's pairing window. Throws pairing.closed when none is open. */
export async function beginPairing(origin: string, browserName: string): Promise<PairingAttempt> {
  const socket = await openFirst()
  try {
    const next = frameReader(socket)
    const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
    const nonce = fromBase64Url(freshNonce())
    const commit = toBase64Url(await sha256(lengthPrefixed([publicKey, nonce])))
    const send = (frame: v.InferOutput<typeof pairCommit> | v.InferOutput<typeof pairOpen>) =>
      socket.send(JSON.stringify(frame))
    send({ t: 'commit', commit, origin, browser: browserName })
    const offer = await next(pairOffer, CONFIRM_DEADLINE_MS)
    send({ t: 'open', publicKey: toBase64Url(publicKey), nonce: toBase64Url(nonce) })
    const peer = fromBase64Url(offer.publicKey)
    const digits = await comparisonDigits([publicKey, peer, nonce, fromBase64Url(offer.nonce)])
    const keys = await deriveSession(pair.privateKey, publicKey, peer)
    const confirmed = async (): Promise<Pairing> => {
      try {
        const done = await next(pairDone, CONFIRM_DEADLINE_MS)
        return { ...keys, port: done.port, sessionId: done.sessionId }
      } finally {
        socket.close()
      }
    }
    return { digits, confirmed, cancel: () => socket.close() }
  } catch (error) {
    socket.close()
    throw error instanceof SuoqiaoError ? error : new SuoqiaoError('pairing.refused')
  }
}
