/** One line per hop of a request, kept in memory for the report: id, method and time, never a value. */

export interface TraceLine {
  readonly at: number
  readonly id: string
  readonly method: string
  readonly hop: 'page' | 'bridge' | 'portal'
  readonly ms: number
  /** `ok` or the error code. */
  readonly outcome: string
}

const KEPT = 500
const lines: TraceLine[] = []

export function trace(line: TraceLine): void {
  lines.push(line)
  if (lines.length > KEPT) lines.splice(0, lines.length - KEPT)
}

/** Newest last. */
export function traceLines(): readonly TraceLine[] {
  return lines
}
