/** One authenticated conversation, whatever carries it: requests in, replies and events out. */
import {
  classify,
  decode,
  type EventMessage,
  encode,
  type Reply,
  type Request,
  SuoqiaoError,
  toWireError,
} from '@suoqiao/protocol'
import type { Caller } from '../handlers/handler.js'
import type { Log } from '../log/open-log.js'
import type { EventHub, EventSink } from './event-hub.js'
import type { Session } from './sessions.js'
import { createTokenBucket } from './token-bucket.js'

/** Security requirement 14. */
export const REQUESTS_PER_SECOND = 50
/** More than this at once is a fault of the caller: a person signs one file at a time. */
const MOST_PENDING = 32
/** Chrome stops an extension worker 30 s after its last event; text in either direction counts (bridge/security.md). */
const HEARTBEAT_MS = 20_000

export interface Carrier {
  readonly channel: 'websocket' | 'native'
  send(text: string): void
}

/** What every connection of a daemon shares. */
export interface ConnectionWorld {
  readonly hub: EventHub
  readonly log: Log
  readonly answer: (request: Request, caller: Caller) => Promise<unknown>
}

export interface Connection {
  /** Takes one text message. Throws when it is no request at all: the caller closes. */
  receive(text: string): void
  close(): void
}

/** The parts of one connection that its functions share. */
interface State {
  readonly session: Session
  readonly carrier: Carrier
  readonly world: ConnectionWorld
  readonly sink: EventSink
  readonly ended: AbortController
  /** What is under way, each with the way to give it up. */
  readonly pending: Map<string, AbortController>
  heartbeat?: NodeJS.Timeout | undefined
}

export function openConnection(session: Session, carrier: Carrier, world: ConnectionWorld): Connection {
  const ended = new AbortController()
  const sink: EventSink = { sessionId: session.id, send: (message) => say(state, message) }
  const state: State = { session, carrier, world, sink, ended, pending: new Map() }
  const bucket = createTokenBucket(REQUESTS_PER_SECOND, REQUESTS_PER_SECOND)
  const leave = world.hub.join(sink)
  return {
    receive: (text) => {
      const request = requestIn(text)
      const refusal = bucket.take()
        ? refusalOf(request, state.pending)
        : new SuoqiaoError('request.rate-limited')
      if (refusal) say(state, { id: request.id, error: toWireError(refusal) })
      else void serve(request, state)
    },
    close: () => {
      ended.abort(new SuoqiaoError('request.cancelled'))
      for (const request of state.pending.values()) request.abort(new SuoqiaoError('request.cancelled'))
      leave()
      clearInterval(state.heartbeat)
    },
  }
}

function say({ ended, carrier }: State, message: Reply | EventMessage): void {
  if (!ended.signal.aborted) carrier.send(encode(message))
}

/** The request in a frame. Throws request.invalid or request.too-large. */
function requestIn(text: string): Request {
  const message = classify(decode(text))
  if (message.kind !== 'request') throw new SuoqiaoError('request.invalid', { reason: 'not a request' })
  return message.request
}

function refusalOf(request: Request, pending: ReadonlyMap<string, unknown>): SuoqiaoError | undefined {
  if (pending.size >= MOST_PENDING) return new SuoqiaoError('request.rate-limited', { pending: pending.size })
  if (pending.has(request.id)) return new SuoqiaoError('request.invalid', { reason: 'id in use' })
  return undefined
}

async function serve(request: Request, state: State): Promise<void> {
  const { world, pending } = state
  const startedAt = performance.now()
  const trace = { request: request.id, method: request.method, channel: state.carrier.channel }
  const own = new AbortController()
  pending.set(request.id, own)
  keepAwake(state)
  let outcome = 'ok'
  let reply: Reply
  try {
    reply = { id: request.id, result: await world.answer(request, callerOf(request, state, own.signal)) }
  } catch (thrown) {
    const error = toWireError(thrown)
    outcome = error.code
    if (!(thrown instanceof SuoqiaoError)) world.log.error({ ...trace, err: thrown }, 'handler fault')
    reply = { id: request.id, error }
  }
  pending.delete(request.id)
  keepAwake(state)
  say(state, reply)
  world.log.info({ ...trace, outcome, ms: Math.round(performance.now() - startedAt) }, 'reply')
}

/** Heartbeats run exactly while something is pending. */
function keepAwake(state: State): void {
  const { pending, sink, world, ended } = state
  if (pending.size === 0 || ended.signal.aborted) {
    clearInterval(state.heartbeat)
    state.heartbeat = undefined
  } else {
    state.heartbeat ??= setInterval(() => world.hub.sendTo(sink, 'session.heartbeat', {}), HEARTBEAT_MS)
  }
}

/** The caller as the handshake and the background vouch for it; without a context it is the extension itself. */
function callerOf({ id, context }: Request, state: State, signal: AbortSignal): Caller {
  const { session, carrier, world, sink, pending } = state
  return {
    sessionId: session.id,
    channel: carrier.channel,
    origin: context?.origin ?? session.origin,
    topOrigin: context?.topOrigin ?? session.origin,
    requestId: id,
    consent: context?.consent,
    sendEvent: (event, data) => world.hub.sendTo(sink, event, data),
    sessionKey: session.key,
    cancelRequest: (requestId) => {
      const other = requestId === id ? undefined : pending.get(requestId)
      other?.abort(new SuoqiaoError('request.cancelled'))
      return other !== undefined
    },
    signal,
  }
}
