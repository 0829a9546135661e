/** A real pseudo terminal, held open by util-linux's `script`, in which a text program can be shown and typed to. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Terminal {
  /** e.g. /dev/pts/5 */
  readonly name: string
  readonly screen: () => string
  /** Waits until the screen shows the text, then types. */
  readonly typeWhen: (shown: string, keys: string) => Promise<void>
  readonly close: () => void
}

async function until<T>(find: () => T | null | undefined | '' | false, what: string): Promise<T> {
  const deadline = Date.now() + 10_000
  for (;;) {
    const found = find()
    if (found) return found
    if (Date.now() > deadline) throw new Error(`waited 10 s for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** `directory` takes the file in which the terminal writes its own name. */
export async function openTerminal(directory: string): Promise<Terminal> {
  const nameFile = join(directory, `tty-${randomUUID()}`)
  const hold = `tty > '${nameFile}'; exec sleep 60`
  const child = spawn('script', ['--quiet', '--flush', '--command', hold, '/dev/null'], { stdio: 'pipe' })
  let shown = ''
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString('utf8')
  })
  const name = await until(
    () => existsSync(nameFile) && readFileSync(nameFile, 'utf8').trim(),
    'the terminal',
  )
  return {
    name,
    screen: () => shown,
    async typeWhen(text, keys) {
      await until(() => shown.includes(text), `"${text}" on the terminal, which shows: ${shown}`)
      // The program puts the terminal into its own mode right after it has drawn.
      await new Promise((resolve) => setTimeout(resolve, 150))
      child.stdin.write(keys)
    },
    close: () => {
      child.kill('SIGKILL')
    },
  }
}
