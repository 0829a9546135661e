/** Ends a provider process whose daemon has died, also while the vendor library blocks its main thread. */
import { Worker } from 'node:worker_threads'

const EVERY_MS = 1_000

/**
 * A blocked main thread never hears that the channel closed, but a second thread still runs. Plain text, because the
 * bundle has no second file to start a thread from.
 */
const WATCHER = `
const parent = process.ppid
setInterval(() => {
  let isAlive = process.ppid === parent
  try { process.kill(parent, 0) } catch (thrown) { if (thrown.code === 'ESRCH') isAlive = false }
  if (!isAlive) process.kill(process.pid, 'SIGKILL')
}, ${EVERY_MS})
`

export function endWithParent(): void {
  const watcher = new Worker(WATCHER, { eval: true, stdout: true, stderr: true })
  watcher.unref()
}
