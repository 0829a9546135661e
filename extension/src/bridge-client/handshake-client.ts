/** The extension's half of the WebSocket handshake: proves K, and sends nothing more before the daemon has proved it too. */
import {
  type authFrame,
  type HandshakeFacts,
  helloFrame,
  macInput,
  okFrame,
  SUBPROTOCOL,
  WEBSOCKET_PATH,
} from '@suoqiao/protocol'
import * as v from 'valibot'
import { freshNonce, fromBase64Url, toBase64Url } from '../encoding/bytes'
import { HandshakeError } from './handshake-error'
import { Inbox } from './inbox'
import type { Session } from './session-key'

/** Open and prove within this, so that the native port can stand in within 2 s (requirement 18). */
const SOCKET_DEADLINE_MS = 1500

export interface OpenSocket {
  readonly socket: WebSocket
  /** Holds what came after the handshake until the channel listens. */
  readonly inbox: Inbox
  /** Sequence number of the daemon's last event. */
  readonly seq: number
}

/** Parses a frame by its schema; anything else gives null. */
function parse<S extends v.GenericSchema>(schema: S, data: unknown): v.InferOutput<S> | null {
  if (typeof data !== 'string' || data.length > 4096) return null
  try {
    const result = v.safeParse(schema, JSON.parse(data))
    return result.success ? result.output : null
  } catch {
    return null
  }
}

function opened(socket: WebSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { once: true, signal }
    socket.addEventListener('open', () => resolve(), options)
    socket.addEventListener('error', () => reject(new HandshakeError('blocked')), options)
    socket.addEventListener('close', () => reject(new HandshakeError('blocked')), options)
    signal.addEventListener('abort', () => reject(new HandshakeError('timeout')), { once: true })
  })
}

async function prove(socket: WebSocket, inbox: Inbox, session: Session, origin: string, signal: AbortSignal) {
  const hello = parse(helloFrame, await inbox.next(signal))
  if (!hello) throw new HandshakeError('impostor')
  const clientNonce = freshNonce()
  const { port, sessionId } = session
  const facts: HandshakeFacts = { port, origin, sessionId, serverNonce: hello.serverNonce, clientNonce }
  const mac = await crypto.subtle.sign('HMAC', session.proofKey, macInput('client', facts))
  const auth: v.InferOutput<typeof authFrame> = {
    t: 'auth',
    sessionId,
    clientNonce,
    mac: toBase64Url(new Uint8Array(mac)),
  }
  socket.send(JSON.stringify(auth))
  const ok = parse(okFrame, await inbox.next(signal))
  // subtle.verify compares in constant time.
  const proved =
    ok !== null &&
    (await crypto.subtle.verify('HMAC', session.proofKey, fromBase64Url(ok.mac), macInput('server', facts)))
  if (!ok || !proved) throw new HandshakeError('impostor')
  return ok.seq
}

/** Opens and mutually authenticates one socket. Throws HandshakeError; the socket is then closed. */
export async function openSocket(session: Session, origin: string): Promise<OpenSocket> {
  const deadline = AbortSignal.timeout(SOCKET_DEADLINE_MS)
  const socket = new WebSocket(`ws://127.0.0.1:${session.port}${WEBSOCKET_PATH}`, SUBPROTOCOL)
  const inbox = new Inbox(socket)
  try {
    await opened(socket, deadline)
    const seq = await prove(socket, inbox, session, origin, deadline)
    return { socket, inbox, seq }
  } catch (error) {
    socket.close()
    throw error instanceof HandshakeError ? error : new HandshakeError('refused')
  }
}
