import * as v from 'valibot'
import { defineMethod } from '../define.js'

export const sessionCancel = defineMethod({
  method: 'session.cancel',
  since: 1,
  summary:
    'Give up a request of this connection that is still under way, e.g. because the consent window was closed: its PIN window closes, and it ends with request.cancelled.',
  params: v.object({ requestId: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)) }),
  result: v.object({ cancelled: v.boolean() }),
})
