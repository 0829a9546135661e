/** One request there and back on the authenticated WebSocket, beside a bare echo server in the same run. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { WebSocket } from 'ws'
import type { Bench, Benchmark } from './bench.js'
import { end, startDaemon } from './daemon.js'
import { openSession } from './session.js'
import { p95, spread, timed } from './statistics.js'

const N = 500
const WARM_UP = 50
const BUDGET_MS = 5

const ECHO = `
const { WebSocketServer } = require(process.argv[1])
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false }, () =>
  process.stdout.write(String(server.address().port)))
server.on('connection', (socket) => socket.on('message', (data) => socket.send(String(data))))
`

/** The peer: a process of its own that sends every frame back. */
async function startEcho(bench: Bench): Promise<() => Promise<unknown>> {
  const ws = createRequire(import.meta.url).resolve('ws')
  const child = spawn(process.execPath, ['-e', ECHO, ws], { stdio: ['ignore', 'pipe', 'inherit'] })
  bench.defer(() => end(child))
  const [port] = await once(child.stdout, 'data')
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/`, { perMessageDeflate: false })
  bench.defer(() => socket.terminate())
  await once(socket, 'open')
  const frame = JSON.stringify({ id: 'bench-1', method: 'session.status', params: {} })
  return async () => {
    const reply = once(socket, 'message')
    socket.send(frame)
    return reply
  }
}

export default {
  ids: ['rtt.p95'],
  run: async (bench) => {
    const home = await bench.makeDir('rtt')
    await startDaemon(bench, { home })
    const session = await openSession(bench, home)
    const echo = await startEcho(bench)
    const ours: number[] = []
    const theirs: number[] = []
    for (let i = -WARM_UP; i < N; i += 1) {
      await session.pace(1)
      const { ms } = await timed(() => session.call('session.status', {}))
      const { ms: peerMs } = await timed(echo)
      if (i >= 0) ours.push(ms)
      if (i >= 0) theirs.push(peerMs)
    }
    bench.report({
      id: 'rtt.p95',
      value: p95(ours),
      unit: 'ms',
      budget: BUDGET_MS,
      peer: 'bare ws echo server',
      peerValue: p95(theirs),
      ratio: p95(ours) / p95(theirs),
      n: N,
      note: spread(ours),
    })
  },
} satisfies Benchmark
