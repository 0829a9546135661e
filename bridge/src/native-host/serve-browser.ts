/** What a browser starts: checks who calls, reaches the daemon, then passes frames both ways and understands none. */
import { closeSync } from 'node:fs'
import type { Socket } from 'node:net'
import { readJsonLines, writeJsonLine } from '../control/json-lines.js'
import { openHome } from '../state/home.js'
import { createDeframer, frame, readAll, writeFully } from './framing.js'
import { callerFamily } from './identity.js'
import { reachDaemon } from './start-daemon.js'

const STDIN = 0
const STDOUT = 1
/** After we closed our side the browser closes its own; one that does not is not waited for. */
const FAREWELL_MS = 2000

/** Runs until the browser closes the port. Exit code 1 without a byte on stdout when the caller is not our extension. */
export async function serveBrowser(args: readonly string[]): Promise<number> {
  const family = callerFamily(args)
  if (!family) {
    process.stderr.write('锁桥：调用者不是锁桥扩展，已拒绝 (caller is not the Suoqiao extension)\n')
    return 1
  }
  const send = (message: unknown): void => writeFully(STDOUT, frame(message))
  // Frames that come before the daemon is reached wait here.
  let forward: (message: unknown) => void = (message) => early.push(message)
  const early: unknown[] = []
  const deframe = createDeframer((message) => forward(message))
  const reading = readAll(STDIN, deframe)
  reading.catch(() => {})

  let socket: Socket
  try {
    socket = await reachDaemon(openHome())
  } catch {
    send({ t: 'error', code: 'bridge.not-running' })
    return await leave(1)
  }
  writeJsonLine(socket, { op: 'native', family })
  readJsonLines(socket, send)
  forward = (message) => writeJsonLine(socket, message)
  for (const message of early) forward(message)

  const daemonLeft = new Promise<'daemon left'>((resolve) =>
    socket.once('close', () => resolve('daemon left')),
  )
  const end = await Promise.race([reading.then(() => 'browser left' as const), daemonLeft])
  socket.destroy()
  return end === 'browser left' ? 0 : await leave(0)
}

/**
 * Ends while a read of stdin is still waiting: Node cannot exit then, because it joins the thread that reads.
 * Closing stdout makes the browser close the port, which ends the read; if it does not, the process ends itself.
 */
async function leave(code: number): Promise<number> {
  closeSync(STDOUT)
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), FAREWELL_MS).unref()
  return code
}
