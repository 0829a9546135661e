/** Runs checks side by side: a cause hides its consequences, and a check that throws or hangs is itself a finding. */
import { toWireError } from '@suoqiao/protocol'
import type { Home } from '../state/home.js'
import type { Check, CheckReport, CheckResult } from './check.js'

const DEFAULT_TIMEOUT_MS = 2000

/** One report per check, in the order given. Never throws. A circle of dependencies is cut where it closes. */
export async function runChecks(checks: readonly Check[], home: Home): Promise<CheckReport[]> {
  const byId = new Map(checks.map((check) => [check.id, check]))
  const running = new Map<string, Promise<CheckReport>>()
  const start = (check: Check, waiting: readonly string[]): Promise<CheckReport> => {
    if (waiting.includes(check.id)) return Promise.resolve(report(check, 'crashed', 'circle of dependencies'))
    const known = running.get(check.id)
    if (known !== undefined) return known
    const causes = check.dependsOn.flatMap((id) => byId.get(id) ?? [])
    const result = Promise.all(causes.map((cause) => start(cause, [...waiting, check.id]))).then((reports) =>
      afterCauses(check, reports, home),
    )
    running.set(check.id, result)
    return result
  }
  return await Promise.all(checks.map((check) => start(check, [])))
}

async function afterCauses(check: Check, causes: readonly CheckReport[], home: Home): Promise<CheckReport> {
  const platforms = check.platforms ?? [process.platform]
  if (!platforms.includes(process.platform)) return report(check, 'skipped', `not for ${process.platform}`)
  const cause = causes.find(({ status }) => status === 'fail' || status === 'crashed')
  if (cause) return report(check, 'skipped', `explained by ${cause.id}`)
  return await runOne(check, home)
}

async function runOne(check: Check, home: Home): Promise<CheckReport> {
  const signal = AbortSignal.timeout(check.timeoutMs ?? DEFAULT_TIMEOUT_MS)
  const tooLate = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  try {
    const result: CheckResult = await Promise.race([check.run({ home, signal }), tooLate])
    return report(check, result.status, result.evidence, result)
  } catch (thrown) {
    const evidence = signal.aborted ? 'timed out' : `${nameOf(thrown)} ${toWireError(thrown).code}`
    return report(check, 'crashed', evidence)
  }
}

/** The kind of error only: its message may hold a path with a person's name. */
const nameOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : typeof thrown)

function report(
  { id, title, severity }: Check,
  status: CheckReport['status'],
  evidence: string,
  { cause, fix }: Pick<CheckResult, 'cause' | 'fix'> = {},
): CheckReport {
  return { id, title, status, severity, evidence, cause: cause ?? null, fix: fix ?? null }
}
