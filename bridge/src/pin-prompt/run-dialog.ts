/** Runs a dialog program of the system and takes what was typed from its standard output, as bytes only. */
import { spawn } from 'node:child_process'
import { SuoqiaoError } from '@suoqiao/protocol'
import { wipe } from './assuan.js'
import { PROMPT_TIMEOUT_MS } from './pin-window.js'

export interface Dialog {
  /** Absolute path of the program. */
  readonly path: string
  /** Seen by every user of the computer in the process list: never a secret. */
  readonly args: readonly string[]
  /** Written to its standard input. */
  readonly input?: string
  readonly timeoutMs?: number
}

export interface DialogResult {
  /** Exit code; null when our deadline ended it. */
  readonly code: number | null
  /** The receiver wipes it. */
  readonly output: Buffer
}

/** Throws token.pin-prompt-unavailable when it cannot start, request.cancelled when `signal` aborts (it is killed). */
export function runDialog(dialog: Dialog, signal: AbortSignal): Promise<DialogResult> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new SuoqiaoError('request.cancelled'))
      return
    }
    const child = spawn(dialog.path, [...dialog.args], { stdio: ['pipe', 'pipe', 'ignore'] })
    const chunks: Buffer[] = []
    const kill = (): void => {
      child.kill('SIGKILL')
    }
    const timer = setTimeout(kill, dialog.timeoutMs ?? PROMPT_TIMEOUT_MS)
    const settle = (finish: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', kill)
      finish()
      wipe(...chunks)
    }
    signal.addEventListener('abort', kill, { once: true })
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stdin.on('error', () => undefined)
    child.stdin.end(dialog.input ?? '')
    child.on('error', (cause) =>
      settle(() => reject(new SuoqiaoError('token.pin-prompt-unavailable', undefined, { cause }))),
    )
    child.on('close', (code) =>
      settle(() => {
        if (signal.aborted) reject(new SuoqiaoError('request.cancelled'))
        else resolve({ code, output: Buffer.concat(chunks) })
      }),
    )
  })
}

/** The bytes without the one line ending a program puts behind its answer. The given buffer is wiped. */
export function withoutLineEnd(output: Buffer): Buffer {
  let end = output.length
  if (output[end - 1] === 0x0a) end -= 1
  if (output[end - 1] === 0x0d) end -= 1
  const exact = Buffer.from(output.subarray(0, end))
  wipe(output)
  return exact
}
