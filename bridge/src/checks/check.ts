/**
 * One question about this computer and its answer. To add a check, write `<id>.check.ts` beside this file with a default
 * export `{ … } satisfies Check`; nothing else changes. The smallest example is bridge-running.check.ts.
 * A vendor's check looks for that vendor's own driver first and answers `skipped` when it is not installed.
 */
import type { Home } from '../state/home.js'

export interface CheckFacts {
  readonly home: Home
  /** Aborts when the check's time is up. */
  readonly signal: AbortSignal
}

export interface CheckResult {
  readonly status: 'ok' | 'warn' | 'fail' | 'skipped'
  /** What was seen: paths, versions, codes. Never a name, a PIN or an ID number. */
  readonly evidence: string
  /** In Chinese, for the clerk: what it means and what to do. Absent when all is well. */
  readonly cause?: string
  /** Id of the repair, where there is one. */
  readonly fix?: string
}

export interface Check {
  /** Same as the file name. */
  readonly id: string
  /** In Chinese. */
  readonly title: string
  readonly severity: 'high' | 'medium' | 'low'
  /** Ids of checks whose fault explains this one: when one of them fails, this one is skipped. */
  readonly dependsOn: readonly string[]
  /** Absent: everywhere. */
  readonly platforms?: readonly NodeJS.Platform[]
  /** Milliseconds; 2000 when absent. */
  readonly timeoutMs?: number
  readonly run: (facts: CheckFacts) => Promise<CheckResult>
}

/** As `suoqiao doctor --json` prints it. */
export interface CheckReport {
  readonly id: string
  readonly title: string
  readonly status: CheckResult['status'] | 'crashed'
  readonly severity: Check['severity']
  readonly evidence: string
  readonly cause: string | null
  readonly fix: string | null
}
