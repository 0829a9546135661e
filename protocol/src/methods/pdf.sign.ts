import * as v from 'valibot'
import { defineMethod } from '../define.js'
import { base64, certificateId, count, sha256Hex, tokenId } from '../vocabulary/fields.js'

export const pdfSign = defineMethod({
  method: 'pdf.sign',
  since: 1,
  summary:
    'CMS (PAdES B-B, ETSI.CAdES.detached) for the ByteRange digest of a prepared PDF. The bridge builds and self-verifies it; the file never leaves the browser.',
  sensitive: true,
  params: v.object({
    docDigest: sha256Hex,
    hashAlg: v.literal('SHA-256'),
    tokenId,
    certificateId,
    file: v.object({
      name: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
      /** Size of the file before signing, bytes. */
      size: count,
      pages: v.pipe(v.number(), v.integer(), v.minValue(1)),
    }),
    level: v.literal('B-B'),
    /** Room in the placeholder, bytes. A larger CMS is refused before the token is asked. */
    maxCmsBytes: v.pipe(v.number(), v.integer(), v.minValue(1024), v.maxValue(65_536)),
  }),
  result: v.object({
    cms: base64,
    chain: v.array(base64),
    signingTime: v.string(),
    /** Milliseconds by stage, for the latency ledger. */
    timings: v.object({ pinMs: v.number(), tokenMs: v.number(), totalMs: v.number() }),
  }),
})
