/** Runs the benchmarks of this folder one after the other and prints their figures: a table, or JSON alone with `--json`. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Bench, Benchmark, Measurement } from './bench.js'
import { type Measured, table, toJson } from './report.js'

const HERE = dirname(fileURLToPath(import.meta.url))
const ROOT = join(HERE, '..', '..')

const USAGE = `npm run bench -- [--json] [--only ID,…] [--list]
  --json   prints {"figures":[…]} alone on stdout
  --only   measures these figures (an id, or the beginning of ids up to a dot)
  --list   prints the ids and ends
`

/** One benchmark file. */
interface Found {
  readonly file: string
  readonly benchmark: Benchmark
}

/** A file that does not load is named on stderr; the others still run. */
async function findBenchmarks(): Promise<readonly Found[]> {
  const found: Found[] = []
  for (const file of (await readdir(HERE)).filter((name) => name.endsWith('.bench.ts')).sort()) {
    try {
      const module = (await import(pathToFileURL(join(HERE, file)).href)) as { default: Benchmark }
      found.push({ file, benchmark: module.default })
    } catch (error) {
      process.exitCode = 1
      process.stderr.write(`does not load: ${file}: ${String(error)}\n`)
    }
  }
  return found
}

/** `start` chooses every `start.…`; a full id chooses itself. */
function chooser(only: string | undefined): (id: string) => boolean {
  if (only === undefined) return () => true
  const wanted = only.split(',').map((part) => part.trim())
  return (id) => wanted.some((part) => id === part || id.startsWith(`${part}.`))
}

const undoing: (() => Promise<void> | void)[] = []

async function undoAll(): Promise<void> {
  for (let undo = undoing.pop(); undo !== undefined; undo = undoing.pop()) {
    try {
      await undo()
    } catch (error) {
      process.stderr.write(`clean-up: ${String(error)}\n`)
    }
  }
}

const withOk = (measurement: Measurement): Measured => ({
  ...measurement,
  ok: measurement.budget === undefined || measurement.value <= measurement.budget,
})

/** Runs one file; says on stderr what could not be measured and why. */
async function runOne(found: Found, wants: (id: string) => boolean): Promise<readonly Measured[]> {
  const measured: Measured[] = []
  const bench: Bench = {
    root: ROOT,
    wants,
    report: (measurement) => {
      if (wants(measurement.id)) measured.push(withOk(measurement))
    },
    makeDir: async (name) => {
      const dir = await mkdtemp(join(tmpdir(), `suoqiao-bench-${name}-`))
      undoing.push(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))
      return dir
    },
    defer: (undo) => {
      undoing.push(undo)
    },
  }
  let reason = 'the benchmark did not report it'
  try {
    await found.benchmark.run(bench)
  } catch (error) {
    reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
  } finally {
    await undoAll()
  }
  const missing = found.benchmark.ids.filter((id) => wants(id) && !measured.some((one) => one.id === id))
  if (missing.length > 0) {
    process.exitCode = 1
    process.stderr.write(`not measured: ${missing.join(', ')} (${found.file}): ${reason}\n`)
  }
  return measured
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'boolean' }, only: { type: 'string' }, list: { type: 'boolean' } },
  })
  const wants = chooser(values.only)
  const chosen = (await findBenchmarks()).filter(({ benchmark }) => benchmark.ids.some(wants))
  const ids = chosen.flatMap(({ benchmark }) => benchmark.ids.filter(wants))
  if (ids.length === 0) throw new Error(`no such figure: ${values.only ?? ''}`)
  if (values.list === true) {
    process.stdout.write(`${ids.join('\n')}\n`)
    return
  }
  const figures: Measured[] = []
  for (const found of chosen) {
    process.stderr.write(`measuring ${found.benchmark.ids.filter(wants).join(', ')} …\n`)
    figures.push(...(await runOne(found, wants)))
  }
  process.stdout.write(values.json === true ? toJson(figures) : table(figures))
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void undoAll().finally(() => process.exit(130))
  })
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
  process.exitCode = 2
}
// A socket or browser that a failed benchmark left open must not keep the command from ending.
setTimeout(() => process.exit(), 1000).unref()
