/** What a figure is and what a `*.bench.ts` file must offer; run.ts finds the files by reading this folder. */

/** One figure exactly as `npm run bench -- --json` prints it. */
export interface Figure {
  readonly id: string
  readonly value: number
  /** `ms`, `MB` (10⁶ bytes) or `%`. */
  readonly unit: 'ms' | 'MB' | '%'
  /** What ran beside us in the same run, in words. */
  readonly peer?: string
  /** The peer's figure, in the same unit. */
  readonly peerValue?: number
  /** Ours divided by the peer's; for an overhead, our whole time divided by the peer's. */
  readonly ratio?: number
  /** The most `value` may be. */
  readonly budget?: number
  /** False only when `value` is above `budget`. */
  readonly ok: boolean
}

/** What a benchmark reports; run.ts adds `ok` and keeps `n` and `note` for the table. */
export interface Measurement extends Omit<Figure, 'ok'> {
  /** How many samples the value comes from. */
  readonly n: number
  /** Further figures of the same samples (p50, p99, parts), for the table only. */
  readonly note?: string
}

/** What a running benchmark may use. */
export interface Bench {
  /** Absolute path of the checkout. */
  readonly root: string
  /** False when `--only` leaves this figure out. */
  readonly wants: (id: string) => boolean
  /** Hands in a figure as soon as it is there, so that a later fault does not lose it. */
  readonly report: (measurement: Measurement) => void
  /** An empty folder of its own, removed after the file has run. */
  readonly makeDir: (name: string) => Promise<string>
  /** Called after the file has run, whatever happened, the latest first. */
  readonly defer: (undo: () => Promise<void> | void) => void
}

/** The default export of a `*.bench.ts` file. Throwing means: what has not been reported could not be measured. */
export interface Benchmark {
  /** Every figure this file can report. */
  readonly ids: readonly string[]
  readonly run: (bench: Bench) => Promise<void>
}
