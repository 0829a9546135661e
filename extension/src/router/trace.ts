/** One line per hop of a request, kept in memory for the report: id, method and time, never a value. */
import { toWireError } from '@suoqiao/protocol'

export interface TraceLine {
  readonly at: number
  readonly id: string
  readonly method: string
  readonly hop: 'page' | 'bridge'
  readonly ms: number
  /** `ok` or the error code. */
  readonly outcome: string
}

const KEPT = 500
const lines: TraceLine[] = []

function trace(line: TraceLine): void {
  lines.push(line)
  if (lines.length > KEPT) lines.splice(0, lines.length - KEPT)
}

/** Newest last. */
export function traceLines(): readonly TraceLine[] {
  return lines
}

/** Runs one hop and leaves its line, whatever comes of it. */
export async function traced<T>(
  hop: TraceLine['hop'],
  id: string,
  method: string,
  run: () => Promise<T>,
): Promise<T> {
  const started = performance.now()
  let outcome = 'ok'
  try {
    return await run()
  } catch (error) {
    outcome = toWireError(error).code
    throw error
  } finally {
    trace({ at: Date.now(), id, method, hop, ms: performance.now() - started, outcome })
  }
}
