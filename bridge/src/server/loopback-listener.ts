/** A WebSocket listener on 127.0.0.1 that tells strangers nothing: any plain HTTP gets one constant 404. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { MAX_MESSAGE_BYTES } from '@suoqiao/protocol'
import { type WebSocket, WebSocketServer } from 'ws'
import { checkUpgrade, type Refusal, refuse, type UpgradeRules } from './upgrade.js'

/** Never `localhost`, `::` or 0.0.0.0: names resolve, and other interfaces are other people's (requirement 1). */
const LOOPBACK = '127.0.0.1'
/** A stranger who opens sockets and says nothing is cut off. */
const HEADERS_DEADLINE_MS = 5000
const MOST_SOCKETS = 64

export interface ListenerOptions {
  readonly path: string
  readonly subprotocol: string
  readonly isOriginKnown: (origin: string) => boolean
  /** A last reason to refuse, e.g. too many connections. */
  readonly refusal?: () => Refusal | undefined
  readonly onSocket: (socket: WebSocket, origin: string) => void
}

export interface LoopbackListener {
  readonly port: number
  close(): Promise<void>
}

/** Listens on the first of `ports` that is free; 0 means any. Throws the last listen error. */
export async function listenOnLoopback(
  ports: readonly number[],
  options: ListenerOptions,
): Promise<LoopbackListener> {
  const server = createServer({
    headersTimeout: HEADERS_DEADLINE_MS,
    requestTimeout: HEADERS_DEADLINE_MS,
    connectionsCheckingInterval: HEADERS_DEADLINE_MS,
    keepAlive: false,
    // Without this Node answers a request without Host in words of its own.
    requireHostHeader: false,
  })
  server.maxConnections = MOST_SOCKETS
  const sockets = new Set<Duplex>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  answerPlainHttp(server)
  const port = await listenOnFirst(server, ports)
  acceptWebSockets(server, { ...options, host: `${LOOPBACK}:${port}` })
  return {
    port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Every event by which Node would write an answer of its own is taken over (requirement 15). */
function answerPlainHttp(server: Server): void {
  const notFound = (request: IncomingMessage): void => refuse(request.socket, 404)
  server.on('request', notFound)
  server.on('checkContinue', notFound)
  server.on('checkExpectation', notFound)
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => refuse(socket, 404))
  server.on('clientError', (_error: Error, socket: Duplex) => refuse(socket, 404))
}

function acceptWebSockets(server: Server, options: ListenerOptions & Pick<UpgradeRules, 'host'>): void {
  const door = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => options.subprotocol,
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = checkUpgrade(request, options) ?? options.refusal?.()
    if (refusal) return refuse(socket, refusal)
    door.handleUpgrade(request, socket, head, (webSocket) => {
      options.onSocket(webSocket, request.headers.origin ?? '')
    })
  })
}

async function listenOnFirst(server: Server, ports: readonly number[]): Promise<number> {
  let failure: unknown
  for (const port of ports) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
          server.off('error', reject)
          resolve()
        })
      })
      return (server.address() as AddressInfo).port
    } catch (error) {
      failure = error
    }
  }
  throw failure
}
