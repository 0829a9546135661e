/** The daemon's log: pino lines in rotating files, every field redacted before it is written. */
import { type Logger, pino } from 'pino'
import { redact, redactText } from './redact.js'
import { openRotatingFile } from './rotating-file.js'

export type Log = Logger

/** Opens `<directory>/bridge.log`. Say facts as fields and keep the message constant: the message is redacted, too. */
export function openLog(directory: string): Log {
  const file = openRotatingFile(directory, 'bridge')
  return pino(
    {
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      // The default would name every error of ours `Object`: redact() has taken it apart already.
      serializers: { err: (err: unknown) => err },
      formatters: { log: (fields) => redact(fields) as Record<string, unknown> },
      hooks: {
        logMethod(args, method) {
          const safe = args.map((arg: unknown) => (typeof arg === 'string' ? redactText(arg) : arg))
          method.apply(this, safe as Parameters<typeof method>)
        },
      },
    },
    { write: (line: string) => file.write(line) },
  )
}
