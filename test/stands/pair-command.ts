/** `suoqiao pair --json` of the built bridge, with the user's answers typed by the test. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { bundle, end, environment } from './built-bridge.js'

export interface PairCommand {
  /** The next line, parsed. */
  next(): Promise<Record<string, unknown>>
  answer(same: boolean): void
  readonly exitCode: Promise<number | null>
  end(): Promise<void>
}

export function runPair(home: string): PairCommand {
  const child = spawn(process.execPath, [bundle, 'pair', '--json'], {
    env: environment(home),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => end(child))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    next: async () => {
      const { value, done } = await lines.next()
      if (done) throw new Error('suoqiao pair ended')
      return JSON.parse(value) as Record<string, unknown>
    },
    answer: (same) => void child.stdin.write(`${JSON.stringify({ same })}\n`),
    exitCode: once(child, 'exit').then(([code]) => code as number | null),
    end: () => end(child),
  }
}
