/** What the command line and the native host say to the daemon over the control channel: one first message each. */
import * as v from 'valibot'

const pairingId = v.pipe(v.string(), v.maxLength(64))

export const controlMessage = v.variant('op', [
  v.object({ op: v.literal('status') }),
  v.object({ op: v.literal('quit') }),
  /** Enters at dispatch, like a request of the extension. */
  v.object({
    op: v.literal('call'),
    method: v.pipe(v.string(), v.maxLength(64)),
    params: v.unknown(),
    consent: v.optional(v.pipe(v.string(), v.maxLength(100))),
  }),
  /** Opens the pairing window; the answers are PairingNews, and the client says `{ same }` to each code. */
  v.object({ op: v.literal('pair') }),
  v.object({ op: v.literal('pairings') }),
  v.object({
    op: v.literal('rename'),
    id: pairingId,
    name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60)),
  }),
  v.object({ op: v.literal('revoke'), id: pairingId }),
  /** The rest of the conversation are the frames of the native port, as they come. */
  v.object({ op: v.literal('native'), family: v.picklist(['chromium', 'gecko']) }),
])
export type ControlMessage = v.InferOutput<typeof controlMessage>

export const pairAnswer = v.object({ same: v.boolean() })

/** One line of the daemon while a pairing window is open. */
export const pairingNews = v.variant('pair', [
  v.object({ pair: v.literal('open'), port: v.number(), seconds: v.number() }),
  v.object({ pair: v.literal('code'), digits: v.string(), origin: v.string(), browser: v.string() }),
  v.object({ pair: v.literal('failed'), code: v.string() }),
  v.object({ pair: v.literal('paired'), id: v.string(), name: v.string() }),
  v.object({ pair: v.literal('closed'), code: v.string() }),
])
export type PairingNews = v.InferOutput<typeof pairingNews>

/** A daemon's answer to a single question. */
export const controlAnswer = v.union([
  v.object({ result: v.unknown() }),
  v.object({
    error: v.object({
      code: v.string(),
      message: v.string(),
      details: v.optional(v.record(v.string(), v.unknown())),
    }),
  }),
])

/** `suoqiao status --json` of a running daemon. */
export const daemonStatus = v.object({
  running: v.literal(true),
  pid: v.number(),
  port: v.number(),
  version: v.string(),
  uptimeS: v.number(),
})
export type DaemonStatus = v.InferOutput<typeof daemonStatus>
