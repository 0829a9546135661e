/** `npm test`: sets up, builds, runs every test and ends with one line `N passed, N failed`. Arguments go to vitest. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeMissing } from './debian-packages.mjs'
import { buildIfNeeded, ROOT, setup } from './setup.mjs'

const missing = setup('test')
buildIfNeeded()

const folder = mkdtempSync(join(tmpdir(), 'suoqiao-test-'))
const report = join(folder, 'report.json')
const skippedBrowsers = missing.flatMap(({ browser }) => (browser === undefined ? [] : [browser]))
const ended = spawnSync(
  process.execPath,
  [
    join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
    ...['run', '--config', 'test/vitest.config.ts', '--root', '.'],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ...missing.flatMap(({ excludes = [] }) => excludes.map((pattern) => `--exclude=${pattern}`)),
    ...process.argv.slice(2),
  ],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, SUOQIAO_SKIP_BROWSERS: skippedBrowsers.join(',') },
  },
)

const { passed, failed } = count(report)
rmSync(folder, { recursive: true, force: true })
// A green total must not hide what was left out; where everything has to run (CI) leaving something out is a fault.
const isIncomplete = missing.some(({ excludes, browser }) => excludes !== undefined || browser !== undefined)
if (isIncomplete) console.log(`NOT EVERYTHING RAN. ${describeMissing(missing)}`)
const isFaulty =
  ended.status !== 0 || failed > 0 || passed === 0 || (isIncomplete && process.env.CI !== undefined)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = isFaulty ? 1 : 0

/** A file that could not be loaded, and errors outside tests, count as one failed test. @param {string} path */
function count(path) {
  try {
    const facts = JSON.parse(readFileSync(path, 'utf8'))
    const isBroken = (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
      file.status === 'failed' && file.assertionResults.length === 0
    const failedCount = facts.numFailedTests + facts.testResults.filter(isBroken).length
    const isUnexplained = failedCount === 0 && ended.status !== 0
    return { passed: facts.numPassedTests, failed: failedCount + (isUnexplained ? 1 : 0) }
  } catch {
    return { passed: 0, failed: 1 }
  }
}
