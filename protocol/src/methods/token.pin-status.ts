import * as v from 'valibot'
import { defineMethod } from '../define.js'
import { tokenId } from '../vocabulary/fields.js'
import { pinStatus } from '../vocabulary/token.js'

export const tokenPinStatus = defineMethod({
  method: 'token.pinStatus',
  since: 1,
  summary: 'How many PIN tries are left, as far as the token tells. Never tries a PIN.',
  params: v.object({ tokenId }),
  result: pinStatus,
})
