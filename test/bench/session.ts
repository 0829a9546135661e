/** A client as the extension's background is one: key from the native host, handshake of both sides, then requests. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import {
  type EventData,
  type EventName,
  encode,
  helloFrame,
  type Method,
  macInput,
  nativeWelcome,
  okFrame,
  type ParamsInput,
  type RequestContext,
  type Result,
  SUBPROTOCOL,
  WEBSOCKET_PATH,
} from '@suoqiao/protocol'
import * as v from 'valibot'
import { WebSocket } from 'ws'
import manifestKey from '../../extension/manifest-key.json' with { type: 'json' }
import type { Bench } from './bench.js'
import { bundle, end, environment } from './daemon.js'

const ORIGIN = `chrome-extension://${manifestKey.chromeId}`
/** Below the daemon's 50 requests a second, so that the limiter is never what is measured. */
const REQUESTS_PER_SECOND = 45

export interface Session {
  /** K, 32 bytes. */
  readonly key: Buffer
  readonly call: <M extends Method>(
    method: M,
    params: ParamsInput<M>,
    context?: RequestContext,
  ) => Promise<Result<M>>
  readonly onEvent: (listener: (event: EventName, data: EventData<EventName>) => void) => void
  /** Waits, outside what is timed, until `requests` more may be sent without meeting the rate limit. */
  readonly pace: (requests: number) => Promise<void>
  readonly close: () => void
}

/** Opens one authenticated connection to the daemon of `home`. */
export async function openSession(bench: Bench, home: string): Promise<Session> {
  const welcome = await askNativeHost(bench, home)
  const key = Buffer.from(welcome.key, 'base64url')
  const socket = new WebSocket(`ws://127.0.0.1:${welcome.port}${WEBSOCKET_PATH}`, SUBPROTOCOL, {
    origin: ORIGIN,
    perMessageDeflate: false,
  })
  bench.defer(() => socket.terminate())
  await handshake(socket, welcome, key)
  return { key, ...requests(socket), pace: pacer(), close: () => socket.close() }
}

type Welcome = v.InferOutput<typeof nativeWelcome>

/** Starts the native host with the arguments Chrome gives it, and keeps it open as Chrome does. */
async function askNativeHost(bench: Bench, home: string): Promise<Welcome> {
  const host = spawn(process.execPath, [bundle(bench.root), 'native-host', `${ORIGIN}/`], {
    env: environment(home),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  bench.defer(() => end(host))
  host.stdin.write(nativeMessage({ t: 'hello', extensionOrigin: ORIGIN }))
  return v.parse(nativeWelcome, await firstMessage(host))
}

/** Reads without ending the stream: a host that cannot write any more would go. */
function firstMessage(host: ChildProcessByStdio<Writable, Readable, null>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    host.once('exit', () => reject(new Error('the native host ended without a welcome')))
    host.stdout.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 4 || received.length < 4 + received.readUInt32LE(0)) return
      resolve(JSON.parse(received.subarray(4, 4 + received.readUInt32LE(0)).toString()))
    })
  })
}

/** Native messaging: a 32-bit length in the machine's order, then JSON in UTF-8. */
function nativeMessage(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message))
  const head = Buffer.alloc(4)
  head.writeUInt32LE(body.length)
  return Buffer.concat([head, body])
}

async function nextFrame(socket: WebSocket): Promise<unknown> {
  const [data] = await once(socket, 'message')
  return JSON.parse(String(data))
}

async function handshake(socket: WebSocket, welcome: Welcome, key: Buffer): Promise<void> {
  const { serverNonce } = v.parse(helloFrame, await nextFrame(socket))
  const clientNonce = randomBytes(32).toString('base64url')
  const { port, sessionId } = welcome
  const facts = { port, origin: ORIGIN, sessionId, serverNonce, clientNonce }
  const mac = (side: 'client' | 'server') => createHmac('sha256', key).update(macInput(side, facts)).digest()
  socket.send(JSON.stringify({ t: 'auth', sessionId, clientNonce, mac: mac('client').toString('base64url') }))
  const ok = v.parse(okFrame, await nextFrame(socket))
  if (!timingSafeEqual(Buffer.from(ok.mac, 'base64url'), mac('server'))) throw new Error('impostor')
}

/** What a reply or an event may hold; the daemon has validated its side already. */
interface Incoming {
  readonly id?: string
  readonly result?: unknown
  readonly error?: { readonly code: string; readonly details?: unknown }
  readonly event?: EventName
  readonly data?: EventData<EventName>
}

interface Asked {
  readonly resolve: (result: never) => void
  readonly reject: (error: Error) => void
}
type Listener = (event: EventName, data: EventData<EventName>) => void

function settle(asked: Asked, { result, error }: Incoming): void {
  if (error === undefined) asked.resolve(result as never)
  else asked.reject(new Error(`${error.code} ${JSON.stringify(error.details ?? {})}`))
}

function requests(socket: WebSocket): Pick<Session, 'call' | 'onEvent'> {
  const waiting = new Map<string, Asked>()
  const listeners: Listener[] = []
  let count = 0
  socket.on('message', (text) => {
    const message = JSON.parse(String(text)) as Incoming
    const { id = '', event, data } = message
    if (event !== undefined && data !== undefined) for (const tell of listeners) tell(event, data)
    const asked = waiting.get(id)
    waiting.delete(id)
    if (asked !== undefined) settle(asked, message)
  })
  socket.on('close', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the connection closed with ${code}`))
  })
  return {
    call: (method, params, context) => {
      count += 1
      const id = `bench-${count}`
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        socket.send(encode({ id, method, params, context }))
      })
    },
    onEvent: (listener) => {
      listeners.push(listener)
    },
  }
}

function pacer(): (requests: number) => Promise<void> {
  let next = 0
  return async (count) => {
    const now = performance.now()
    const wait = next - now
    next = Math.max(next, now) + (count * 1000) / REQUESTS_PER_SECOND
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  }
}
