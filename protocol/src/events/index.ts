/** Every event the bridge sends unasked. */
import * as v from 'valibot'
import { defineEvent } from '../define.js'
import { pinStatus } from '../vocabulary/token.js'

const tokenChanged = defineEvent({
  event: 'token.changed',
  since: 1,
  summary: 'A token came, went or changed its PIN state: ask token.list again.',
  data: v.object({ reason: v.picklist(['inserted', 'removed', 'pin', 'provider']) }),
})

const pinRequested = defineEvent({
  event: 'pin.requested',
  since: 1,
  summary:
    "Open the extension's own PIN window; answered by token.answerPin. Sent only to the session that asked to sign.",
  data: v.object({
    promptId: v.string(),
    title: v.string(),
    tokenLabel: v.string(),
    fileName: v.string(),
    /** First eight hex digits of the digest, to compare with the consent window. */
    digestStart: v.string(),
    practice: v.boolean(),
    /** The last answer was wrong. */
    wrong: v.boolean(),
    pin: pinStatus,
  }),
})

const pinSettled = defineEvent({
  event: 'pin.settled',
  since: 1,
  summary: 'The PIN window of this prompt may close.',
  data: v.object({ promptId: v.string() }),
})

const sessionExpiring = defineEvent({
  event: 'session.expiring',
  since: 1,
  summary: 'The session key ends soon: say hello on the native port again.',
  data: v.object({ inS: v.number() }),
})

const heartbeat = defineEvent({
  event: 'session.heartbeat',
  since: 1,
  summary: 'Application text every 20 s while an operation is pending: it keeps the Chrome worker alive.',
  data: v.object({}),
})

export const events = {
  [tokenChanged.event]: tokenChanged,
  [pinRequested.event]: pinRequested,
  [pinSettled.event]: pinSettled,
  [sessionExpiring.event]: sessionExpiring,
  [heartbeat.event]: heartbeat,
} as const

export type EventName = keyof typeof events
export type EventData<E extends EventName> = v.InferOutput<(typeof events)[E]['data']>
