/** What a command is: arguments in, exit code out (0 ok, 1 a finding, 2 wrong usage). One file per command; see version.ts. */
import { SuoqiaoError, toWireError } from '@suoqiao/protocol'

export const EXIT_OK = 0
export const EXIT_FINDING = 1
export const EXIT_USAGE = 2

export type Command = (args: string[]) => Promise<number>

/** Wrong arguments: the sentence goes to stderr and the exit code is 2. */
export class UsageError extends Error {}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Runs a command and turns whatever it throws into words and an exit code. */
export async function runCommand(command: Command, args: string[]): Promise<number> {
  try {
    return await command(args)
  } catch (thrown) {
    if (isUsageError(thrown)) {
      const isOurs = thrown instanceof UsageError
      process.stderr.write(isOurs ? `${thrown.message}\n` : `命令的写法不对：${thrown.message}\n`)
      return EXIT_USAGE
    }
    const error = toWireError(thrown)
    if (args.includes('--json')) printJson({ error })
    else process.stderr.write(`${error.message}（${error.code}）\n`)
    if (!(thrown instanceof SuoqiaoError) && process.env.SUOQIAO_DEBUG) console.error(thrown)
    return EXIT_FINDING
  }
}

/** parseArgs of node:util throws its own errors for unknown options. */
function isUsageError(thrown: unknown): thrown is Error {
  if (thrown instanceof UsageError) return true
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code
  return thrown instanceof Error && (code?.startsWith('ERR_PARSE_ARGS') ?? false)
}
