import * as v from 'valibot'
import { defineMethod } from '../define.js'
import { count } from '../vocabulary/fields.js'

export const sessionStatus = defineMethod({
  method: 'session.status',
  since: 1,
  summary: 'How the daemon is: version, uptime, connections, providers. Touches no device.',
  params: v.object({}),
  result: v.object({
    version: v.string(),
    protocol: v.number(),
    pid: count,
    port: count,
    uptimeS: v.number(),
    connections: count,
    /** The practice devices are on, and the only origin they serve. */
    practiceOrigin: v.nullable(v.string()),
    providers: v.array(
      v.object({
        id: v.string(),
        state: v.picklist(['idle', 'running', 'suspended', 'failed']),
        restarts: count,
      }),
    ),
    seq: v.number(),
  }),
})
