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
import type { Session } from './session-key'

/** Open and prove within this, so that the native port can stand in within 2 s (requirement 18). */
const SOCKET_DEADLINE_MS = 1500

/** Why a WebSocket could not be used; `impostor` is the only one that ends all attempts. */
export type HandshakeFault = 'blocked' | 'timeout' | 'refused' | 'impostor'

export class HandshakeError extends Error {
  readonly fault: HandshakeFault
  constructor(fault: HandshakeFault) {
    super(fault)
    this.name = 'HandshakeError'
    this.fault = fault
  }
}

export interface OpenSocket {
  readonly socket: WebSocket
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

/** The next message of a socket that is not yet trusted; fails when the socket closes first. */
function nextMessage(socket: WebSocket, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = { once: true, signal }
    socket.addEventListener('message', (event) => resolve(event.data), options)
    socket.addEventListener('close', () => reject(new HandshakeError('refused')), options)
    signal.addEventListener('abort', () => reject(new HandshakeError('timeout')), { once: true })
  })
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

async function prove(socket: WebSocket, session: Session, origin: string, signal: AbortSignal) {
  const hello = parse(helloFrame, await nextMessage(socket, signal))
  if (!hello) throw new HandshakeError('impostor')
  const clientNonce = freshNonce()
  const { port, sessionId } = session
  const facts: HandshakeFacts = { port, origin, sessionId, serverNonce: hello.serverNonce, clientNonce }
  const mac = await crypto.subtle.sign('HMAC', session.proofKey, macInput('client', facts))
  const answer = nextMessage(socket, signal)
  const auth: v.InferOutput<typeof authFrame> = {
    t: 'auth',
    sessionId,
    clientNonce,
    mac: toBase64Url(new Uint8Array(mac)),
  }
  socket.send(JSON.stringify(auth))
  const ok = parse(okFrame, await answer)
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
  try {
    await opened(socket, deadline)
    const seq = await prove(socket, session, origin, deadline)
    return { socket, seq }
  } catch (error) {
    socket.close()
    throw error instanceof HandshakeError ? error : new HandshakeError('refused')
  }
}
