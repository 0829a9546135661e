import * as v from 'valibot'
import { defineMethod } from '../define.js'

export const tokenAnswerPin = defineMethod({
  method: 'token.answerPin',
  since: 1,
  summary:
    "Answer a pin.requested event from the extension's own PIN window: the last fallback, when the computer has no PIN window of the bridge. The PIN travels sealed under a key derived from the session key.",
  params: v.object({
    promptId: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{16,64}$/)),
    /** base64 of iv (12 bytes) and AES-256-GCM ciphertext, key = HKDF-SHA256(K, salt promptId, info "suoqiao pin"); null = cancelled. */
    sealedPin: v.nullable(v.pipe(v.string(), v.base64(), v.maxLength(400))),
  }),
  result: v.object({ accepted: v.boolean() }),
})
