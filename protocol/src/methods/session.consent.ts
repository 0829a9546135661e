import * as v from 'valibot'
import { defineMethod } from '../define.js'
import { certificateId, sha256Hex } from '../vocabulary/fields.js'

export const sessionConsent = defineMethod({
  method: 'session.consent',
  since: 1,
  summary:
    'Record that the user pressed the confirm button in our own consent window. The ticket serves one request of this session, for this origin, certificate and exact parameters, within 60 s.',
  params: v.object({
    method: v.picklist(['pdf.sign', 'token.signDigest']),
    certificateId,
    /** paramsSha256() of the params that will be sent. */
    paramsSha256: sha256Hex,
  }),
  result: v.object({ ticket: v.string(), expiresInS: v.number() }),
})
