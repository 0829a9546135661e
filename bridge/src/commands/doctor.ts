/** `suoqiao doctor`: runs every check and says what is wrong and what to do. */
import { parseArgs } from 'node:util'
import type { CheckReport } from '../checks/check.js'
import { checks } from '../checks/index.js'
import { runChecks } from '../checks/run-checks.js'
import { locateHome } from '../state/home.js'
import { type Command, EXIT_FINDING, EXIT_OK, printJson, printLine } from './command.js'

const WORDS: Readonly<Record<CheckReport['status'], string>> = {
  ok: '正常',
  warn: '请看一下',
  fail: '有问题',
  skipped: '未检查',
  crashed: '检查出错',
}

export const doctor: Command = async (args) => {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } })
  const reports = await runChecks(checks, locateHome())
  const ok = reports.every(({ status }) => status !== 'fail' && status !== 'crashed')
  if (values.json) printJson({ ok, checks: reports })
  else {
    for (const { title, status, evidence, cause } of reports) {
      printLine(`${WORDS[status]}  ${title}${cause === null ? '' : `：${cause}`}（${evidence}）`)
    }
  }
  return ok ? EXIT_OK : EXIT_FINDING
}
