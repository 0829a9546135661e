/** The WebSocket door of the daemon: handshake first, then a connection. */
import { randomBytes } from 'node:crypto'
import {
  AUTH_DEADLINE_MS,
  CLOSE_INVALID,
  CLOSE_UNAUTHORIZED,
  decode,
  SUBPROTOCOL,
  WEBSOCKET_PATH,
} from '@suoqiao/protocol'
import type { WebSocket } from 'ws'
import { authenticate, type Proof } from './authenticate.js'
import { type Connection, type ConnectionWorld, openConnection } from './connection.js'
import { type LoopbackListener, listenOnLoopback } from './loopback-listener.js'
import type { Sessions } from './sessions.js'

/** Security requirement 14; handshakes under way are counted apart, so that strangers cannot use up the places. */
export const MOST_CONNECTIONS = 8
const MOST_HANDSHAKES = 16
/** A peer that asks but never reads the answers is cut off at this many bytes. */
const MOST_UNREAD_BYTES = 8 << 20

export interface WebSocketDoor extends LoopbackListener {
  connections(): number
}

interface Doorway {
  readonly sessions: Sessions
  readonly world: ConnectionWorld
  readonly open: Map<WebSocket, string>
  readonly waiting: Set<WebSocket>
  readonly port: () => number
}

export async function openWebSocketDoor(
  ports: readonly number[],
  sessions: Sessions,
  world: ConnectionWorld,
): Promise<WebSocketDoor> {
  const open = new Map<WebSocket, string>()
  const waiting = new Set<WebSocket>()
  let port = 0
  const doorway: Doorway = { sessions, world, open, waiting, port: () => port }
  const listener = await listenOnLoopback(ports, {
    path: WEBSOCKET_PATH,
    subprotocol: SUBPROTOCOL,
    isOriginKnown: (origin) => sessions.hasOrigin(origin),
    refusal: () => (open.size >= MOST_CONNECTIONS || waiting.size >= MOST_HANDSHAKES ? 503 : undefined),
    onSocket: (socket, origin) => greet(socket, origin, doorway),
  })
  port = listener.port
  sessions.onEnd((sessionId) => {
    for (const [socket, id] of open) if (id === sessionId) socket.close(CLOSE_UNAUTHORIZED)
  })
  return { ...listener, connections: () => open.size }
}

/** Sends the nonce and waits for the one frame that proves the key; whatever else comes, closes with 4401. */
function greet(socket: WebSocket, origin: string, doorway: Doorway): void {
  const { waiting, world } = doorway
  const serverNonce = randomBytes(32).toString('base64url')
  const reject = (): void => {
    waiting.delete(socket)
    socket.close(CLOSE_UNAUTHORIZED)
    // A peer that ignores the close frame does not keep its place.
    setTimeout(() => socket.terminate(), AUTH_DEADLINE_MS).unref()
  }
  const deadline = setTimeout(reject, AUTH_DEADLINE_MS)
  waiting.add(socket)
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    clearTimeout(deadline)
    waiting.delete(socket)
  })
  socket.once('message', (data, isBinary) => {
    clearTimeout(deadline)
    // A proof that was late meets a door that is closing already: ws still hands over what was under way.
    if (!waiting.has(socket)) return
    const known = { port: doorway.port(), origin, serverNonce }
    const proof = isBinary ? undefined : authenticate(frameIn(String(data)), known, doorway.sessions)
    if (!proof || doorway.open.size >= MOST_CONNECTIONS) {
      world.log.info({ outcome: 'bridge.unauthorized', channel: 'websocket' }, 'handshake')
      return reject()
    }
    waiting.delete(socket)
    welcome(socket, proof, doorway)
  })
  socket.send(JSON.stringify({ t: 'hello', protocol: SUBPROTOCOL, serverNonce }))
}

function welcome(socket: WebSocket, { session, mac }: Proof, doorway: Doorway): void {
  const { open, world } = doorway
  open.set(socket, session.id)
  doorway.sessions.noteUse(session.id)
  world.log.info({ outcome: 'ok', channel: 'websocket' }, 'handshake')
  const send = (text: string): void => {
    if (socket.bufferedAmount > MOST_UNREAD_BYTES) socket.terminate()
    else socket.send(text)
  }
  const connection = openConnection(session, { channel: 'websocket', send }, world)
  socket.on('message', (data, isBinary) => receive(socket, connection, isBinary ? undefined : String(data)))
  socket.on('close', () => {
    open.delete(socket)
    connection.close()
  })
  send(JSON.stringify({ t: 'ok', mac, seq: world.hub.seq() }))
}

/** What is no request closes the connection; a second proof closes like a failed first one. */
function receive(socket: WebSocket, connection: Connection, text: string | undefined): void {
  if (socket.readyState !== socket.OPEN) return
  try {
    if (text === undefined) throw new Error('binary frame')
    connection.receive(text)
  } catch {
    const frame = frameIn(text ?? '')
    const isHandshake = typeof frame === 'object' && frame !== null && 't' in frame
    socket.close(isHandshake ? CLOSE_UNAUTHORIZED : CLOSE_INVALID)
  }
}

function frameIn(text: string): unknown {
  try {
    return decode(text)
  } catch {
    return undefined
  }
}
