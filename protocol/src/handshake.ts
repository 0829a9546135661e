/** The WebSocket handshake of bridge/security.md: names, close codes, messages and what each MAC covers. */
import * as v from 'valibot'

export const NATIVE_HOST_NAME = 'cn.suoqiao.bridge'
export const SUBPROTOCOL = 'suoqiao.v1'
export const WEBSOCKET_PATH = '/v1'
/** The daemon offers pairing on the first free one of these, and only while the user holds the pairing window open. */
export const PAIRING_PORTS = [47_330, 47_331, 47_332, 47_333, 47_334] as const
export const PAIRING_SUBPROTOCOL = 'suoqiao-pairing.v1'
export const PAIRING_PATH = '/pair'
/** Close code of every failed authentication; it never says which part failed. */
export const CLOSE_UNAUTHORIZED = 4401
export const CLOSE_INVALID = 4400
/** A client that has not proved itself after this long is closed. */
export const AUTH_DEADLINE_MS = 2000
/** A session key handed out over native messaging lives this long at most. */
export const SESSION_LIFETIME_MS = 12 * 60 * 60 * 1000
/** Largest piece of a message on the native port, characters: Chrome takes 1 MB per message towards the browser. */
export const NATIVE_CHUNK_CHARS = 256 * 1024

const nonce = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/))
const sessionId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{16,64}$/))

/** daemon → extension, first frame. `serverNonce`: 32 random bytes, base64url without padding. */
export const helloFrame = v.object({
  t: v.literal('hello'),
  protocol: v.literal(SUBPROTOCOL),
  serverNonce: nonce,
})
/** extension → daemon. `mac` = HMAC-SHA256(K, macInput('client', …)), base64url without padding. */
export const authFrame = v.object({ t: v.literal('auth'), sessionId, clientNonce: nonce, mac: nonce })
/** daemon → extension; the extension verifies `mac` before it sends anything else. */
export const okFrame = v.object({ t: v.literal('ok'), mac: nonce, seq: v.number() })

/** What both MACs cover. `origin` is the exact Origin header, `port` the listening port. */
export interface HandshakeFacts {
  readonly port: number
  readonly origin: string
  readonly sessionId: string
  readonly serverNonce: string
  readonly clientNonce: string
}

/** The bytes a side's MAC covers: each field UTF-8 with a 4-byte big-endian length before it, so that no two lists collide. */
export function macInput(side: 'client' | 'server', facts: HandshakeFacts): Uint8Array<ArrayBuffer> {
  const fields = [
    side,
    SUBPROTOCOL,
    String(facts.port),
    facts.origin,
    facts.sessionId,
    facts.serverNonce,
    facts.clientNonce,
  ]
  return lengthPrefixed(fields.map(utf8))
}

/** Joins byte strings, each behind its length (4 bytes, big-endian). */
export function lengthPrefixed(fields: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(fields.reduce((sum, field) => sum + 4 + field.length, 0))
  const view = new DataView(out.buffer)
  let at = 0
  for (const field of fields) {
    view.setUint32(at, field.length)
    out.set(field, at + 4)
    at += 4 + field.length
  }
  return out
}

/** UTF-8 bytes without TextEncoder, which this package cannot assume (it has no DOM and no Node types). */
function utf8(text: string): Uint8Array {
  const escaped = encodeURIComponent(text)
  const bytes: number[] = []
  for (let i = 0; i < escaped.length; i += 1) {
    if (escaped[i] === '%') {
      bytes.push(Number.parseInt(escaped.slice(i + 1, i + 3), 16))
      i += 2
    } else bytes.push(escaped.charCodeAt(i))
  }
  return Uint8Array.from(bytes)
}

/** First message on the native port, extension → host. The host adds what the browser says of the caller. */
export const nativeHello = v.object({
  t: v.literal('hello'),
  /** `chrome-extension://…` or `moz-extension://…`; checked against the caller identity where the browser gives one. */
  extensionOrigin: v.pipe(v.string(), v.regex(/^(chrome|moz)-extension:\/\/[A-Za-z0-9-]{1,64}$/)),
})
/** Host → extension: where the daemon listens and the key K (32 bytes, base64url) of this extension and daemon run. */
export const nativeWelcome = v.object({
  t: v.literal('welcome'),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  sessionId,
  key: nonce,
  bridgeVersion: v.string(),
  expiresAt: v.pipe(v.number(), v.integer()),
})
/** Host → extension when it cannot help: an error code of the table. */
export const nativeRefusal = v.object({ t: v.literal('error'), code: v.string() })
/** RPC over the native port, both directions: an envelope in pieces of NATIVE_CHUNK_CHARS characters. */
export const nativeChunk = v.object({
  t: v.literal('rpc'),
  n: v.pipe(v.number(), v.integer(), v.minValue(0)),
  last: v.boolean(),
  text: v.pipe(v.string(), v.maxLength(NATIVE_CHUNK_CHARS)),
})

/** Pairing frames (numeric comparison with commitment; P-256 raw points and nonces in base64url). */
export const pairCommit = v.object({
  t: v.literal('commit'),
  commit: nonce,
  origin: v.string(),
  browser: v.pipe(v.string(), v.maxLength(40)),
})
export const pairOffer = v.object({ t: v.literal('offer'), publicKey: v.string(), nonce })
export const pairOpen = v.object({ t: v.literal('open'), publicKey: v.string(), nonce })
export const pairDone = v.object({ t: v.literal('paired'), sessionId, port: v.number() })
export const pairFailed = v.object({ t: v.literal('error'), code: v.string() })
