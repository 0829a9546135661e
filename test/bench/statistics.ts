/** The few statistics of the bench: nearest-rank percentiles over all samples after the warm-up, no outlier removed. */

/** Nearest-rank percentile: the smallest sample that at least `percent` % of the samples do not exceed. */
export function percentile(samples: readonly number[], percent: number): number {
  if (samples.length === 0) throw new Error('no samples')
  const sorted = [...samples].sort((a, b) => a - b)
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length))
  return sorted[rank - 1] ?? Number.NaN
}

export const median = (samples: readonly number[]): number => percentile(samples, 50)
export const p95 = (samples: readonly number[]): number => percentile(samples, 95)

/** `p50 1.23 · p99 4.56` for the table's last column. */
export function spread(samples: readonly number[], digits = 2): string {
  return `p50 ${median(samples).toFixed(digits)} · p99 ${percentile(samples, 99).toFixed(digits)}`
}

/** Milliseconds that `act` takes, with its result. */
export async function timed<T>(act: () => Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const start = performance.now()
  const result = await act()
  return { ms: performance.now() - start, result }
}

/** Runs `act` `warmUp` times unmeasured and then `n` times measured; milliseconds. */
export async function sample(
  options: { readonly warmUp: number; readonly n: number; readonly before?: () => Promise<void> },
  act: () => Promise<unknown>,
): Promise<readonly number[]> {
  const samples: number[] = []
  for (let i = -options.warmUp; i < options.n; i += 1) {
    await options.before?.()
    const { ms } = await timed(act)
    if (i >= 0) samples.push(ms)
  }
  return samples
}
