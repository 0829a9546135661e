/** A double of a program that took the bridge's port: speaks the handshake as far as it can without the key, and keeps what it hears. */
import { randomBytes } from 'node:crypto'
import { SUBPROTOCOL } from '@suoqiao/protocol'
import { WebSocketServer } from 'ws'
import { until } from '../../installers/checkout/browsers/browser.js'

export interface Impostor {
  /** Every frame any client sent, as text. */
  readonly heard: readonly string[]
  /** How many clients came. */
  visits(): number
  stop(): Promise<void>
}

function listen(port: number): Promise<WebSocketServer | undefined> {
  return new Promise((resolve) => {
    const server = new WebSocketServer({ host: '127.0.0.1', port, handleProtocols: () => SUBPROTOCOL })
    server.once('listening', () => resolve(server))
    server.once('error', () => resolve(undefined))
  })
}

export async function startImpostor(port: number): Promise<Impostor> {
  const heard: string[] = []
  let visits = 0
  // The port is free a moment after the process that held it was killed.
  const server = await until(`port ${port} to be free`, () => listen(port))
  server.on('connection', (socket) => {
    visits += 1
    const nonce = () => randomBytes(32).toString('base64url')
    socket.send(JSON.stringify({ t: 'hello', protocol: SUBPROTOCOL, serverNonce: nonce() }))
    socket.on('message', (data) => {
      heard.push(String(data))
      socket.send(JSON.stringify({ t: 'ok', mac: nonce(), seq: 0 }))
    })
  })
  return {
    heard,
    visits: () => visits,
    stop: async () => {
      for (const client of server.clients) client.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
