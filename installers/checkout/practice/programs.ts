/** Starts the built bridge's commands as programs of their own and ends exactly those again. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const SUOQIAO = fileURLToPath(new URL('../../../bridge/bin/suoqiao.mjs', import.meta.url))
const START_MS = 20_000
const STOP_MS = 5000

export interface Program {
  readonly pid: number
  /** The one JSON line it printed once it was ready. */
  readonly ready: Readonly<Record<string, unknown>>
  stop(): Promise<void>
}

/** Starts `suoqiao <args>` and waits for its first line; throws with its own words when it ends instead. */
export async function startProgram(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Program> {
  const child = spawn(process.execPath, [SUOQIAO, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    const line = await firstLine(child)
    return { pid: child.pid ?? 0, ready: JSON.parse(line), stop: () => endChild(child) }
  } catch (error) {
    await endChild(child)
    throw error
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = ''
    let said = ''
    const timer = setTimeout(() => reject(new Error(`no answer after ${START_MS} ms: ${said}`)), START_MS)
    child.stdout?.on('data', (data) => {
      out += String(data)
      const end = out.indexOf('\n')
      if (end < 0) return
      clearTimeout(timer)
      resolve(out.slice(0, end))
    })
    child.stderr?.on('data', (data) => {
      said += String(data)
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`${child.spawnargs.slice(2).join(' ')} ended with ${code}: ${said || out}`))
    })
  })
}

/** Runs `suoqiao <args> --json` and returns what it printed, whatever its exit code. */
export async function askProgram<T>(args: readonly string[], env: NodeJS.ProcessEnv): Promise<T> {
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, [SUOQIAO, ...args, '--json'], { env }).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
  )
  return JSON.parse(stdout)
}

/** Ends a process that we started: politely, then by force. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await ended
  clearTimeout(force)
}
