import * as v from 'valibot'
import { defineMethod } from '../define.js'
import { base64, certificateId, sha256Hex, tokenId } from '../vocabulary/fields.js'

export const tokenSignDigest = defineMethod({
  method: 'token.signDigest',
  since: 1,
  summary:
    'Raw signature over a digest, for a portal login challenge. Typed purpose, consent and PIN each time.',
  sensitive: true,
  params: v.object({
    tokenId,
    certificateId,
    digest: sha256Hex,
    algorithm: v.picklist(['RSA-SHA256', 'ECDSA-SHA256']),
    /** Only a login challenge may be signed raw: documents go through pdf.sign. */
    purpose: v.literal('portal-login'),
  }),
  result: v.object({ signature: base64, certificate: base64 }),
})
