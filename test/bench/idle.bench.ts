/** What the idle daemon costs: memory and processor time of its own process, and the memory of one provider process. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Bench, Benchmark } from './bench.js'
import { startDaemon } from './daemon.js'
import { openSession } from './session.js'
import { softHsmHome } from './soft-hsm-home.js'

const SETTLE_MS = 10_000
const WATCH_MS = 20_000
const RSS_BUDGET_MB = 80
const CPU_BUDGET_PERCENT = 0.1

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Resident memory, MB of 10⁶ bytes (proc(5), /proc/pid/status, VmRSS in KiB). */
function rssMb(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  if (match?.[1] === undefined) throw new Error('no VmRSS: this figure needs Linux')
  return (Number(match[1]) * 1024) / 1e6
}

/** Time on a processor of all threads, ms: /proc/pid/task/tid/schedstat counts nanoseconds, /proc/pid/stat only ticks of 10 ms. */
function cpuMs(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map((tid) => readFileSync(`/proc/${pid}/task/${tid}/schedstat`, 'utf8').split(' ')[0])
    .reduce((sum, ns) => sum + Number(ns) / 1e6, 0)
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((tid) =>
    readFileSync(`/proc/${pid}/task/${tid}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
}

async function measureIdle(bench: Bench): Promise<void> {
  const daemon = await startDaemon(bench, { home: await bench.makeDir('idle') })
  await sleep(SETTLE_MS)
  bench.report({ id: 'idle.rss', value: rssMb(daemon.pid), unit: 'MB', budget: RSS_BUDGET_MB, n: 1 })
  if (bench.wants('idle.cpu')) {
    const before = cpuMs(daemon.pid)
    await sleep(WATCH_MS)
    const value = (100 * (cpuMs(daemon.pid) - before)) / WATCH_MS
    bench.report({ id: 'idle.cpu', value, unit: '%', budget: CPU_BUDGET_PERCENT, n: 1 })
  }
  await daemon.stop()
}

/** The same daemon after it has listed a token: it has one child now, which holds the vendor library. */
async function measureChild(bench: Bench): Promise<void> {
  const { home, softHsm } = await softHsmHome(bench)
  const daemon = await startDaemon(bench, { home, env: softHsm.env })
  const session = await openSession(bench, home)
  const { tokens } = await session.call('token.list', {})
  if (!tokens.some((token) => token.label === softHsm.tokenLabel))
    throw new Error('the SoftHSM2 token is not listed')
  await sleep(2000)
  const children = childrenOf(daemon.pid)
  if (children.length === 0) throw new Error('the daemon has no provider process')
  const sizes = children.map(rssMb)
  bench.report({
    id: 'idle.child-rss',
    value: Math.max(...sizes),
    unit: 'MB',
    n: 1,
    note: `${children.length} provider process${children.length === 1 ? '' : 'es'}; daemon beside it ${rssMb(daemon.pid).toFixed(0)} MB`,
  })
}

export default {
  ids: ['idle.rss', 'idle.cpu', 'idle.child-rss'],
  run: async (bench) => {
    if (bench.wants('idle.rss') || bench.wants('idle.cpu')) await measureIdle(bench)
    if (bench.wants('idle.child-rss')) await measureChild(bench)
  },
} satisfies Benchmark
