/** A daemon that can lie: the real frames over a real `ws` server, with one knob per way an impostor may try. Doubles for tests only. */
import { createHmac, randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { macInput, PROTOCOL_VERSION, SUBPROTOCOL } from '@suoqiao/protocol'
import { onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'

export const ORIGIN = 'chrome-extension://pgfnemmkeecdhcinapgekoojaobcehhb'

export interface Lies {
  /** Key the daemon proves with; an impostor has not got the right one. */
  readonly key?: Buffer
  readonly mac?: (right: string, clientMac: string) => string
  readonly firstFrame?: unknown
  readonly isSilent?: boolean
  readonly protocolVersion?: number
  readonly answer?: (method: string, params: unknown) => unknown
  readonly seq?: number
}

export interface DaemonDouble {
  readonly port: number
  /** Every frame after `auth`: must stay empty when the proof was bad. */
  readonly rpcFrames: { id: string; method: string; params: unknown; context?: unknown }[]
  readonly connections: number
  send(message: unknown): void
  closeAll(): void
}

const hmac = (key: Buffer, bytes: Uint8Array): string =>
  createHmac('sha256', key).update(bytes).digest('base64url')

const hello = (protocol: number, seq: number) => ({
  bridge: { version: '0.1.0', protocol, methods: [] },
  mustUpdate: 'none',
  seq,
})

/** Starts on a free loopback port; stops when the test is over. */
export async function startDaemon(key: Buffer, lies: Lies = {}): Promise<DaemonDouble> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => SUBPROTOCOL })
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const rpcFrames: DaemonDouble['rpcFrames'] = []
  let connections = 0
  const answer = (frame: (typeof rpcFrames)[number]): unknown =>
    frame.method === 'session.hello'
      ? hello(lies.protocolVersion ?? PROTOCOL_VERSION, lies.seq ?? 0)
      : lies.answer?.(frame.method, frame.params)
  server.on('connection', (socket) => {
    connections += 1
    const serverNonce = randomBytes(32).toString('base64url')
    if (lies.isSilent) return
    socket.send(JSON.stringify(lies.firstFrame ?? { t: 'hello', protocol: SUBPROTOCOL, serverNonce }))
    let isProved = false
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data))
      if (isProved) {
        rpcFrames.push(frame)
        const result = answer(frame)
        if (result !== undefined) socket.send(JSON.stringify({ id: frame.id, result }))
        return
      }
      isProved = true
      const { sessionId, clientNonce } = frame
      const facts = { port, origin: ORIGIN, sessionId, serverNonce, clientNonce }
      const right = hmac(lies.key ?? key, macInput('server', facts))
      const mac = lies.mac ? lies.mac(right, frame.mac) : right
      socket.send(JSON.stringify({ t: 'ok', mac, seq: lies.seq ?? 0 }))
    })
  })
  return {
    port,
    rpcFrames,
    get connections() {
      return connections
    },
    send: (message) => {
      for (const client of server.clients) client.send(JSON.stringify(message))
    },
    closeAll: () => {
      for (const client of server.clients) client.close()
    },
  }
}

/** Node 20 has no WebSocket of its own: the `ws` client with the Origin header the browser would send. */
export class BrowserSocket extends WebSocket {
  constructor(url: string, protocols?: string | string[]) {
    super(url, protocols, { origin: ORIGIN })
  }
}
