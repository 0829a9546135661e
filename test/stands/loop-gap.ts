/** How long the event loop stood still because of our code, and not because the computer was busy. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

const METER = `
let gap = 0
let last = performance.now()
const beat = () => { const now = performance.now(); gap = Math.max(gap, now - last); last = now }
setInterval(beat, 5)
`
/** The same meter on a thread that has nothing else to do: what it sees is the machine. */
const CONTROL = `${METER}
const { parentPort } = require('node:worker_threads')
parentPort.on('message', () => { beat(); parentPort.postMessage(gap) })
parentPort.postMessage('ready')
`

/** Milliseconds of the longest standstill while `work` ran, less the control thread's. A blocking call shows in full. */
export async function longestGap(work: () => Promise<unknown>): Promise<number> {
  const control = new Worker(CONTROL, { eval: true })
  await once(control, 'message')
  let gap = 0
  let last = performance.now()
  const beat = () => {
    const now = performance.now()
    gap = Math.max(gap, now - last)
    last = now
  }
  const timer = setInterval(beat, 5)
  await work()
  beat()
  clearInterval(timer)
  control.postMessage('stop')
  const [seen] = (await once(control, 'message')) as [number]
  await control.terminate()
  return gap - seen
}
