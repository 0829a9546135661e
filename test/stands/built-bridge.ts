/** The built bridge in a home of its own: starts `suoqiao run`, runs commands against it, ends exactly what it started. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const root = resolve(fileURLToPath(import.meta.url), '../../..')

/** The bundle under test: what `npm run build:bridge` made. */
export const bundle = process.env.SUOQIAO_TEST_BUNDLE ?? join(root, 'bridge', 'dist', 'suoqiao.mjs')

const START_DEADLINE_MS = 20_000

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Bridge {
  readonly home: string
  readonly pid: number
  readonly port: number
  /** Runs one command of the same home. */
  cli(...args: string[]): Promise<Ran>
  log(): string
  /** Resident memory, KiB. */
  rssKb(): number
  stop(): Promise<void>
}

/** An empty directory that goes with the test. */
export function temporaryHome(): string {
  const directory = mkdtempSync(join(tmpdir(), 'suoqiao-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, 'home')
}

export function environment(home: string, extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH, LANG, TMPDIR } = process.env
  return { PATH, LANG, TMPDIR, HOME: home, SUOQIAO_HOME: home, ...extra }
}

/** Runs the bundle to its end; `input` is written to its stdin, which then stays open until it ends. */
export async function runBundle(
  home: string,
  args: readonly string[],
  input?: string | Buffer,
): Promise<Ran> {
  if (!existsSync(bundle)) throw new Error('build the bridge first: npm run build:bridge')
  const child = spawn(process.execPath, [bundle, ...args], { env: environment(home) })
  if (input !== undefined) child.stdin.write(input)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text) => {
    stdout += String(text)
  })
  child.stderr.on('data', (text) => {
    stderr += String(text)
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** Ends a process that the test started: politely, then by force. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 5000)
  await exited
  clearTimeout(force)
}

/** Starts the daemon and waits until it says that it listens. It ends with the test. */
export async function startBridge(
  options: { home?: string; args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<Bridge> {
  if (!existsSync(bundle)) throw new Error('build the bridge first: npm run build:bridge')
  const home = options.home ?? temporaryHome()
  const child = spawn(process.execPath, [bundle, 'run', '--json', ...(options.args ?? [])], {
    env: environment(home, options.env),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => end(child))
  const deadline = setTimeout(() => child.kill('SIGKILL'), START_DEADLINE_MS)
  const [line] = await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`suoqiao run ended with ${String(code)}`)
    }),
  ])
  clearTimeout(deadline)
  const { pid, port } = JSON.parse(String(line)) as { pid: number; port: number }
  return {
    home,
    pid,
    port,
    cli: (...args) => runBundle(home, args),
    log: () => readFileSync(join(home, 'logs', 'bridge.log'), 'utf8'),
    rssKb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]),
    stop: () => end(child),
  }
}
