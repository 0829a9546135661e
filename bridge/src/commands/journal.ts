/** `suoqiao journal`: the last uses of keys, and whether the chain is whole. */
import { parseArgs } from 'node:util'
import { methods } from '@suoqiao/protocol'
import * as v from 'valibot'
import { askDaemon } from '../control/control-client.js'
import { locateHome } from '../state/home.js'
import { type Command, EXIT_FINDING, EXIT_OK, printJson, printLine } from './command.js'

export const journal: Command = async (args) => {
  const { values } = parseArgs({
    args,
    options: { json: { type: 'boolean' }, limit: { type: 'string', default: '100' } },
  })
  const params = { limit: Number(values.limit) }
  const answer = await askDaemon(locateHome(), { op: 'call', method: 'journal.list', params })
  const found = v.parse(methods['journal.list'].result, answer)
  if (values.json) printJson(found)
  else {
    for (const { at, method, origin, outcome, certificateSerial } of found.entries) {
      printLine(
        `${at}  ${method}  ${origin}  证书 ${certificateSerial}  ${outcome === 'ok' ? '签好' : outcome}`,
      )
    }
    printLine(
      found.intact
        ? `共 ${found.total} 条，记录完整。`
        : `共 ${found.total} 条，记录被改动过，请联系单位管理员。`,
    )
  }
  return found.intact ? EXIT_OK : EXIT_FINDING
}
