/** Is the record of key uses whole. */
import { methods } from '@suoqiao/protocol'
import * as v from 'valibot'
import { askDaemon } from '../control/control-client.js'
import type { Check } from './check.js'

export default {
  id: 'journal-intact',
  title: '签章记录',
  severity: 'medium',
  dependsOn: ['bridge-running'],
  run: async ({ home }) => {
    const answer = await askDaemon(home, { op: 'call', method: 'journal.list', params: { limit: 1 } })
    const { intact, total } = v.parse(methods['journal.list'].result, answer)
    if (intact) return { status: 'ok', evidence: `${total} entries` }
    return {
      status: 'warn',
      evidence: `${total} entries, the chain is broken`,
      cause: '签章记录被改动过。请联系单位管理员。',
    }
  },
} satisfies Check
