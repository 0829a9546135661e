/** From `suoqiao run` in an empty home to the first accepted connection, Node's own start included. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Bench, Benchmark } from './bench.js'
import { end, startDaemon } from './daemon.js'
import { median, spread } from './statistics.js'

const N = 11
const WARM_UP = 2
const BUDGET_MS = 300

/** The least a Node daemon can do: start and listen. What is left after it is ours. */
const BARE = `require('node:net').createServer().listen(0, '127.0.0.1', () => process.stdout.write('1'))`

async function startBare(): Promise<number> {
  const start = performance.now()
  const child = spawn(process.execPath, ['-e', BARE], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await once(child.stdout, 'data')
    return performance.now() - start
  } finally {
    await end(child)
  }
}

async function startOurs(bench: Bench): Promise<number> {
  const daemon = await startDaemon(bench, { home: await bench.makeDir('start') })
  await daemon.stop()
  return daemon.startedInMs
}

export default {
  ids: ['start.listening'],
  run: async (bench) => {
    const ours: number[] = []
    const bare: number[] = []
    for (let i = -WARM_UP; i < N; i += 1) {
      const [one, other] = [await startOurs(bench), await startBare()]
      if (i >= 0) ours.push(one)
      if (i >= 0) bare.push(other)
    }
    const value = median(ours)
    const peerValue = median(bare)
    bench.report({
      id: 'start.listening',
      value,
      unit: 'ms',
      budget: BUDGET_MS,
      peer: 'node that only listens',
      peerValue,
      ratio: value / peerValue,
      n: N,
      note: spread(ours, 0),
    })
  },
} satisfies Benchmark
