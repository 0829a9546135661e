/** The native port's door: hands out the session key and carries the same requests, in pieces, when the WebSocket is blocked. */
import {
  type ErrorCode,
  MAX_MESSAGE_BYTES,
  NATIVE_CHUNK_CHARS,
  nativeChunk,
  nativeHello,
  PRODUCT_VERSION,
} from '@suoqiao/protocol'
import * as v from 'valibot'
import type { NativeConversation } from '../control/control-server.js'
import { CHROME_EXTENSION_ID } from '../native-host/identity.js'
import type { BrowserFamily } from '../platform/platform.js'
import { type Connection, type ConnectionWorld, openConnection } from './connection.js'
import type { Session, Sessions } from './sessions.js'

const nativeFrame = v.variant('t', [nativeHello, nativeChunk])

/** The origin an extension of this family may have. Chrome's is pinned; Firefox draws one per installation. */
export function isOwnExtension(family: BrowserFamily, origin: string): boolean {
  if (family === 'chromium') return origin === `chrome-extension://${CHROME_EXTENSION_ID}`
  return /^moz-extension:\/\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(origin)
}

/** A text in pieces that fit a native message; `[...text]` would be slow, and a split pair is joined again on the other side. */
export function toChunks(text: string): v.InferOutput<typeof nativeChunk>[] {
  const chunks: v.InferOutput<typeof nativeChunk>[] = []
  for (let at = 0, n = 0; at < text.length || n === 0; at += NATIVE_CHUNK_CHARS, n += 1) {
    const last = at + NATIVE_CHUNK_CHARS >= text.length
    chunks.push({ t: 'rpc', n, last, text: text.slice(at, at + NATIVE_CHUNK_CHARS) })
  }
  return chunks
}

/** Puts the pieces together again: the whole text with the last one, undefined before. Throws when they do not follow. */
export function createAssembler(
  maxChars = MAX_MESSAGE_BYTES,
): (chunk: v.InferOutput<typeof nativeChunk>) => string | undefined {
  let parts: string[] = []
  let length = 0
  return ({ n, last, text }) => {
    length += text.length
    if (n !== parts.length || length > maxChars) throw new Error('pieces out of order or too many')
    parts.push(text)
    if (!last) return undefined
    const whole = parts.join('')
    parts = []
    length = 0
    return whole
  }
}

export interface NativeDoorOptions {
  readonly sessions: Sessions
  readonly world: ConnectionWorld
  readonly port: () => number
}

/** One extension on one native port. The host has checked which extension calls; the daemon checks the origin it states. */
export function openNativeDoor(
  family: BrowserFamily,
  send: (frame: unknown) => void,
  hangUp: () => void,
  options: NativeDoorOptions,
): NativeConversation {
  let session: (Session & { readonly expiresAt: number }) | undefined
  // Opened by the first request: an extension that uses the WebSocket must not get every event twice.
  let connection: Connection | undefined
  const assemble = createAssembler()

  const fail = (code: ErrorCode): void => {
    send({ t: 'error', code })
    hangUp()
  }
  const welcome = (origin: string): void => {
    if (!isOwnExtension(family, origin)) {
      fail('bridge.unauthorized')
      return
    }
    connection?.close()
    connection = undefined
    session = options.sessions.open(origin)
    send({
      t: 'welcome',
      port: options.port(),
      sessionId: session.id,
      key: session.key.toString('base64url'),
      bridgeVersion: PRODUCT_VERSION,
      expiresAt: session.expiresAt,
    })
  }
  const carry = (text: string): void => {
    if (!session || options.sessions.find(session.id) === undefined) {
      fail('bridge.unauthorized')
      return
    }
    const sendText = (reply: string): void => {
      for (const chunk of toChunks(reply)) send(chunk)
    }
    connection ??= openConnection(session, { channel: 'native', send: sendText }, options.world)
    connection.receive(text)
  }
  return {
    receive: (frame) => {
      try {
        const message = v.parse(nativeFrame, frame)
        if (message.t === 'hello') return welcome(message.extensionOrigin)
        const text = assemble(message)
        if (text !== undefined) carry(text)
      } catch {
        fail('request.invalid')
      }
    },
    close: () => connection?.close(),
  }
}
