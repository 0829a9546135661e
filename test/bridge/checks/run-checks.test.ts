/** How checks are run together, and that each file describes itself. */
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Check, CheckResult } from '../../../bridge/src/checks/check'
import { checks } from '../../../bridge/src/checks/index'
import { runChecks } from '../../../bridge/src/checks/run-checks'
import { locateHome } from '../../../bridge/src/state/home'

const home = locateHome({ SUOQIAO_HOME: 'no-such-home' })

function check(id: string, run: () => Promise<CheckResult>, more: Partial<Check> = {}): Check {
  return { id, title: id, severity: 'high', dependsOn: [], run, ...more }
}
const ok = async (): Promise<CheckResult> => ({ status: 'ok', evidence: '' })
const fail = async (): Promise<CheckResult> => ({
  status: 'fail',
  evidence: 'broken',
  cause: '坏了。',
  fix: 'mend',
})

async function statuses(...list: Check[]): Promise<Record<string, string>> {
  return Object.fromEntries((await runChecks(list, home)).map(({ id, status }) => [id, status]))
}

test('a cause hides its consequences, whatever their order', async () => {
  const consequence = check('token', ok, { dependsOn: ['service'] })
  expect(await statuses(consequence, check('service', fail))).toEqual({ token: 'skipped', service: 'fail' })
})

test('a check that throws is a finding and stops no other', async () => {
  const broken = check('broken', async () => {
    throw new Error('张三 pulled the plug at /home/zhangsan')
  })
  const [first, second] = await runChecks([broken, check('fine', ok)], home)
  expect(first).toMatchObject({ status: 'crashed', evidence: 'Error bridge.internal' })
  expect(second).toMatchObject({ status: 'ok' })
})

test('a check that hangs is ended by its own time-out', async () => {
  const hanging = check('hanging', () => new Promise(() => {}), { timeoutMs: 20 })
  const [found] = await runChecks([hanging], home)
  expect(found).toMatchObject({ status: 'crashed', evidence: 'timed out' })
})

test('a check for another system is skipped, and checks that wait for each other end', async () => {
  const other = process.platform === 'win32' ? 'linux' : 'win32'
  expect(await statuses(check('elsewhere', fail, { platforms: [other] }))).toEqual({ elsewhere: 'skipped' })
  const circle = [check('a', ok, { dependsOn: ['b'] }), check('b', ok, { dependsOn: ['a'] })]
  expect(await statuses(...circle)).toEqual({ a: 'ok', b: 'skipped' })
})

describe('every check file', () => {
  const ids = readdirSync('bridge/src/checks').flatMap((name) => /^(.+)\.check\.ts$/.exec(name)?.[1] ?? [])

  test('is found, and depends only on checks that exist', () => {
    expect(checks.map(({ id }) => id).sort()).toEqual(ids.sort())
    for (const { dependsOn } of checks) for (const cause of dependsOn) expect(ids).toContain(cause)
  })

  test('answers on a computer where nothing runs, without a crash', async () => {
    const reports = await runChecks(checks, home)
    expect(reports.find(({ id }) => id === 'bridge-running')).toMatchObject({ status: 'fail' })
    expect(reports.find(({ id }) => id === 'journal-intact')).toMatchObject({ status: 'skipped' })
    expect(reports.filter(({ status }) => status === 'crashed')).toEqual([])
    for (const { status, cause } of reports) {
      if (status === 'fail' || status === 'warn') expect(cause).toMatch(/。$/)
    }
  })
})
