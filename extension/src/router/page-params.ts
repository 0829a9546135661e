/** Shapes of what our own pages may send; the types stand in messages.ts. */
import { errors, isMethod } from '@suoqiao/protocol'
import * as v from 'valibot'
import type { PageMethod } from './messages'

const text = v.pipe(v.string(), v.maxLength(300))
const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/))
const method = v.custom<string>((name) => typeof name === 'string' && isMethod(name))
const tabId = v.pipe(v.number(), v.integer())
const nothing = v.object({})
const wireError = v.object({
  code: v.custom<string>((code) => typeof code === 'string' && Object.hasOwn(errors, code)),
  message: v.string(),
  details: v.optional(v.record(v.string(), v.unknown())),
})

export const pageParams: Record<PageMethod, v.GenericSchema> = {
  'bridge.state': nothing,
  'bridge.connect': nothing,
  'bridge.call': v.object({ method, params: v.unknown() }),
  'job.call': v.object({ jobId: id, method, params: v.unknown(), consent: v.optional(text) }),
  'job.get': v.object({ jobId: id }),
  'job.finish': v.object({
    jobId: id,
    outcome: v.picklist(['signed', 'refused', 'failed']),
    error: v.optional(wireError),
  }),
  'pin.get': v.object({ promptId: id }),
  'pin.answer': v.object({ promptId: id, sealedPin: v.nullable(v.pipe(v.string(), v.maxLength(400))) }),
  'pair.begin': nothing,
  'pair.confirm': v.object({ pairingId: id, same: v.boolean() }),
  'tab.describe': v.object({ tabId }),
  'tab.openPanel': v.object({ tabId }),
  'tab.sign': v.object({ tabId, documentName: text }),
}
