import * as v from 'valibot'
import { defineMethod } from '../define.js'
import { base64, tokenId } from '../vocabulary/fields.js'
import { certificateInfo } from '../vocabulary/token.js'

export const tokenCertificates = defineMethod({
  method: 'token.certificates',
  since: 1,
  summary: 'The certificates of one token, parsed. Needs no PIN.',
  params: v.object({ tokenId }),
  result: v.object({ certificates: v.array(v.object({ ...certificateInfo.entries, der: base64 })) }),
})
