/** The extension's end of the WebSocket, with a knob for every lie an attacker could tell. */
import { createHmac, randomBytes } from 'node:crypto'
import { macInput, type Reply, SUBPROTOCOL } from '@suoqiao/protocol'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { CHROME_ORIGIN, type Welcome } from './native-peer.js'

export interface Opening {
  readonly port: number
  readonly path?: string
  readonly protocols?: string[]
  readonly headers?: Record<string, string>
  /** Null leaves the header out. */
  readonly origin?: string | null
}

export interface SocketPeer {
  readonly socket: WebSocket
  /** The next frame, parsed; rejects with `close <code>` or `HTTP <status>`. */
  next(): Promise<Frame>
  send(message: unknown): void
  /** Close code. */
  readonly closed: Promise<number>
}

/** Any frame a test may meet. */
export type Frame = Record<string, unknown> & { readonly t?: string; readonly serverNonce?: string }

export function openPeer(opening: Opening): SocketPeer {
  const { port, path = '/v1', protocols = [SUBPROTOCOL], headers = {}, origin = CHROME_ORIGIN } = opening
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, {
    headers,
    ...(origin === null ? {} : { origin }),
    perMessageDeflate: false,
  })
  onTestFinished(() => socket.terminate())
  const frames: Frame[] = []
  let fault: Error | undefined
  let wake = (): void => {}
  const fail = (message: string): void => {
    fault ??= new Error(message)
    wake()
  }
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)) as Frame)
    wake()
  })
  socket.on('unexpected-response', (_request, response) => {
    fail(`HTTP ${response.statusCode}`)
    socket.terminate()
  })
  socket.on('error', (error) => fail(error.message))
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      fail(`close ${code}`)
      resolve(code)
    })
  })
  return {
    socket,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: async () => {
      for (;;) {
        const frame = frames.shift()
        if (frame) return frame
        if (fault) throw fault
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

/** What the auth frame says; every field can be bent. */
export interface AuthFacts {
  readonly key: Buffer
  readonly port: number
  readonly origin: string
  readonly sessionId: string
  readonly serverNonce: string
  readonly clientNonce: string
}

export function macOf(side: 'client' | 'server', { key, ...facts }: AuthFacts): string {
  return createHmac('sha256', key).update(macInput(side, facts)).digest('base64url')
}

export function factsOf(welcome: Welcome, serverNonce: string, origin = CHROME_ORIGIN): AuthFacts {
  return {
    key: Buffer.from(welcome.key, 'base64url'),
    port: welcome.port,
    origin,
    sessionId: welcome.sessionId,
    serverNonce,
    clientNonce: randomBytes(32).toString('base64url'),
  }
}

export function authFrameOf(facts: AuthFacts): {
  t: 'auth'
  sessionId: string
  clientNonce: string
  mac: string
} {
  const { sessionId, clientNonce } = facts
  return { t: 'auth', sessionId, clientNonce, mac: macOf('client', facts) }
}

/** A proved connection; rejects when the daemon's own proof is wrong. */
export async function connectPeer(welcome: Welcome, origin = CHROME_ORIGIN): Promise<SocketPeer> {
  const peer = openPeer({ port: welcome.port, origin })
  const hello = await peer.next()
  const facts = factsOf(welcome, hello.serverNonce ?? '', origin)
  peer.send(authFrameOf(facts))
  const ok = await peer.next()
  if (ok.mac !== macOf('server', facts)) throw new Error('the daemon did not prove itself')
  return peer
}

let requests = 0

/** Sends one request and waits for its reply; events in between are dropped. */
export async function ask(
  peer: SocketPeer,
  method: string,
  params: unknown = {},
  extra: object = {},
): Promise<Reply> {
  requests += 1
  const id = `test-${requests}`
  peer.send({ id, method, params, ...extra })
  for (;;) {
    const frame = await peer.next()
    if (frame.id === id) return frame as unknown as Reply
  }
}
