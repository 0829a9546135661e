/** Starts the built bridge as a user's computer would, in a home of its own, and stops exactly that process again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, watch } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Bench } from './bench.js'

export interface DaemonOptions {
  readonly home: string
  readonly args?: readonly string[]
  /** Beside the minimal environment, e.g. SOFTHSM2_CONF. */
  readonly env?: Readonly<Record<string, string>>
}

export interface Daemon {
  readonly pid: number
  readonly port: number
  /** From spawn to the first accepted connection, milliseconds. */
  readonly startedInMs: number
  readonly stop: () => Promise<void>
}

const START_DEADLINE_MS = 20_000

/** The built bridge; bench.mjs has built it. */
export function bundle(root: string): string {
  return join(root, 'bridge', 'dist', 'suoqiao.mjs')
}

/** A user's environment without what this shell happens to hold. */
export function environment(home: string, extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH, LANG, TMPDIR } = process.env
  return { PATH, LANG, TMPDIR, HOME: home, SUOQIAO_HOME: home, ...extra }
}

/** Spawns `suoqiao run`; throws with the daemon's own words when it ends instead of listening. */
export async function startDaemon(bench: Bench, options: DaemonOptions): Promise<Daemon> {
  const start = performance.now()
  const child = spawn(process.execPath, [bundle(bench.root), 'run', ...(options.args ?? [])], {
    env: environment(options.home, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = () => end(child)
  bench.defer(stop)
  let said = ''
  child.stdout.on('data', (text) => {
    said += String(text)
  })
  child.stderr.on('data', (text) => {
    said += String(text)
  })
  const port = await Promise.race([
    listeningPort(options.home),
    once(child, 'exit').then(([code]) => {
      throw new Error(`suoqiao run ended with ${String(code)}: ${said.slice(-2000)}`)
    }),
  ])
  await accepted(port)
  return { pid: child.pid ?? 0, port, startedInMs: performance.now() - start, stop }
}

/** Waits for the state file that the daemon writes once it listens. */
async function listeningPort(home: string): Promise<number> {
  const path = join(home, 'daemon.json')
  const read = (): number | undefined => {
    if (!existsSync(path)) return undefined
    const state: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const port = typeof state === 'object' && state !== null && 'port' in state ? state.port : undefined
    return typeof port === 'number' ? port : undefined
  }
  return new Promise((resolve, reject) => {
    const look = () => {
      const port = read()
      if (port === undefined) return
      finish()
      resolve(port)
    }
    const watcher = watch(home, look)
    const deadline = setTimeout(() => {
      finish()
      reject(new Error(`no daemon.json after ${START_DEADLINE_MS} ms`))
    }, START_DEADLINE_MS)
    const finish = () => {
      watcher.close()
      clearTimeout(deadline)
    }
    look()
  })
}

/** Resolves when 127.0.0.1:port has taken a TCP connection. */
async function accepted(port: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect')
  } finally {
    socket.destroy()
  }
}

/** Ends a process that we started: politely, then by force. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 3000)
  await exited
  clearTimeout(force)
}
