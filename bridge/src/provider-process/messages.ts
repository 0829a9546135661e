/** What daemon and provider process say to each other over the fork's JSON channel. Bytes travel as base64. */
import { errors, pinStatus } from '@suoqiao/protocol'
import * as v from 'valibot'
import type { Phase, ProviderSettings, SignatureAlgorithm } from '../providers/provider.js'

export type ChildRequest =
  | { readonly op: 'open'; readonly kind: string; readonly settings: ProviderSettings }
  | { readonly op: 'list' }
  | { readonly op: 'watch'; readonly on: boolean }
  | { readonly op: 'certificates'; readonly tokenId: string }
  | { readonly op: 'pinStatus'; readonly tokenId: string }
  | {
      readonly op: 'sign'
      readonly tokenId: string
      readonly certificateId: string
      readonly digest: string
      readonly algorithm: SignatureAlgorithm
      /** The only message that carries a PIN; base64 of its UTF-8. */
      readonly pin: string
    }

export type Operation = ChildRequest['op']
export type NumberedRequest = ChildRequest & { readonly id: number }

const phases = ['login', 'sign', 'finish'] as const satisfies readonly Phase[]
const bytes = v.pipe(v.string(), v.base64(), v.maxLength(131_072))
const code = v.pipe(
  v.string(),
  // Own names only: `constructor` is in every object and in no table.
  v.check((text) => Object.hasOwn(errors, text)),
)

/**
 * The vendor library shares the child's memory, so the daemon believes nothing the child sends before it has been
 * checked against this.
 */
export const childMessage = v.union([
  v.object({ id: v.number(), phase: v.picklist(phases) }),
  v.object({ id: v.number(), result: v.unknown() }),
  v.object({
    id: v.number(),
    error: v.object({ code, details: v.optional(v.record(v.string(), v.unknown())) }),
  }),
  v.object({ event: v.literal('changed') }),
])
export type ChildMessage = v.InferOutput<typeof childMessage>

const shortText = v.pipe(v.string(), v.maxLength(300))

/** Answers by operation. */
export const results = {
  open: v.object({}),
  watch: v.object({}),
  list: v.pipe(
    v.array(
      v.object({
        id: v.pipe(v.string(), v.maxLength(120)),
        vendor: shortText,
        label: shortText,
        serial: shortText,
        practice: v.boolean(),
        pin: pinStatus,
      }),
    ),
    v.maxLength(64),
  ),
  certificates: v.pipe(v.array(v.object({ der: bytes })), v.maxLength(64)),
  pinStatus,
  sign: v.object({ signature: bytes, certificate: bytes }),
} as const satisfies Record<Operation, v.GenericSchema>

export type ResultOf<O extends Operation> = v.InferOutput<(typeof results)[O]>
