/** The one envelope of every hop: page panel, background, WebSocket, native port, control socket. */
import * as v from 'valibot'
import { SuoqiaoError, type WireError } from './error.js'

/** Largest text frame on the control plane, bytes (security requirement 14). */
export const MAX_MESSAGE_BYTES = 1 << 20
/** Largest reply put together from pieces of the native port, bytes (security requirement 14). */
export const MAX_BLOB_BYTES = 32 << 20
/** Deepest nesting a message may have; ours use at most six levels. */
export const MAX_MESSAGE_DEPTH = 16

const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/))
const origin = v.pipe(v.string(), v.maxLength(300))

/** Who asks. Filled by the extension's background from `sender`, never from a page's words (requirement 8). */
export const contextSchema = v.object({
  origin,
  topOrigin: origin,
  frameId: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Single-use consent ticket from session.consent, for sensitive methods. */
  consent: v.optional(v.pipe(v.string(), v.maxLength(100))),
})
export type RequestContext = v.InferOutput<typeof contextSchema>

export const requestSchema = v.object({
  id,
  method: v.pipe(v.string(), v.regex(/^[a-z]+(-[a-z]+)*\.[a-zA-Z]+$/), v.maxLength(64)),
  params: v.unknown(),
  context: v.optional(contextSchema),
})
const success = v.object({ id, result: v.unknown() })
const failure = v.object({
  id,
  error: v.object({
    code: v.pipe(v.string(), v.maxLength(100)),
    message: v.string(),
    details: v.optional(v.record(v.string(), v.unknown())),
  }),
})
const event = v.object({
  event: v.pipe(v.string(), v.maxLength(64)),
  seq: v.pipe(v.number(), v.integer(), v.minValue(0)),
  data: v.unknown(),
})

export type Request = v.InferOutput<typeof requestSchema>
export interface Success {
  readonly id: string
  readonly result: unknown
}
export interface Failure {
  readonly id: string
  readonly error: WireError
}
/** `seq` rises by one per event of a daemon run, so that a woken worker knows whether it missed any. */
export interface EventMessage {
  readonly event: string
  readonly seq: number
  readonly data: unknown
}
export type Reply = Success | Failure

/** Bytes of a UTF-8 text, without allocating them. */
function utf8Length(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7ff) bytes += 2
    else if (unit > 0x7f) bytes += 1
    if (unit >= 0xd800 && unit <= 0xdfff) bytes -= 1
  }
  return bytes
}

function depthOf(value: unknown, left: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (left === 0) return 1
  let deepest = 0
  for (const child of Object.values(value)) deepest = Math.max(deepest, depthOf(child, left - 1))
  return deepest + 1
}

/** Parses one text frame; throws `request.too-large` or `request.invalid` and never anything else. */
export function decode(text: string, maxBytes = MAX_MESSAGE_BYTES): unknown {
  if (text.length > maxBytes || utf8Length(text) > maxBytes) throw new SuoqiaoError('request.too-large')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new SuoqiaoError('request.invalid', { reason: 'not JSON' }, { cause })
  }
  if (depthOf(value, MAX_MESSAGE_DEPTH) > MAX_MESSAGE_DEPTH) {
    throw new SuoqiaoError('request.invalid', { reason: 'too deep' })
  }
  return value
}

/** Writes one message; the only place that turns a message into text. */
export function encode(message: Request | Reply | EventMessage): string {
  return JSON.stringify(message)
}

export type Decoded =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'success'; readonly success: Success }
  | { readonly kind: 'failure'; readonly failure: v.InferOutput<typeof failure> }
  | { readonly kind: 'event'; readonly event: EventMessage }

/** Says which of the four messages a decoded value is; throws `request.invalid` when none. */
export function classify(value: unknown): Decoded {
  const asRequest = v.safeParse(requestSchema, value)
  if (asRequest.success) return { kind: 'request', request: asRequest.output }
  const asFailure = v.safeParse(failure, value)
  if (asFailure.success) return { kind: 'failure', failure: asFailure.output }
  const asSuccess = v.safeParse(success, value)
  if (asSuccess.success) return { kind: 'success', success: asSuccess.output }
  const asEvent = v.safeParse(event, value)
  if (asEvent.success) return { kind: 'event', event: asEvent.output }
  throw new SuoqiaoError('request.invalid', { reason: 'not an envelope' })
}
