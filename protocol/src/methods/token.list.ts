import * as v from 'valibot'
import { defineMethod } from '../define.js'
import { tokenInfo } from '../vocabulary/token.js'

export const tokenList = defineMethod({
  method: 'token.list',
  since: 1,
  summary:
    'List the tokens that are plugged in now, over all providers. A provider that fails is named, the others still answer.',
  params: v.object({}),
  result: v.object({
    tokens: v.array(tokenInfo),
    /** Providers that could not answer, with their error code. */
    failed: v.array(v.object({ provider: v.string(), code: v.string() })),
  }),
})
