/** `suoqiao run`: the daemon of this home, in the foreground until it is told to quit. */
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { findDaemon } from '../control/control-client.js'
import { openLog } from '../log/open-log.js'
import { type DaemonOptions, startDaemon } from '../server/daemon.js'
import { type Home, openHome } from '../state/home.js'
import { exactOrigin, pinPromptKind, readSettings, type Settings } from '../state/settings.js'
import { type Command, EXIT_FINDING, EXIT_OK, printJson, printLine, UsageError } from './command.js'

/** A pause after listening, so that loading the handlers never delays the first handshake. */
const WARM_UP_AFTER_MS = 500

/** Options of the command line win over settings.json. */
function settingsOf(home: Home, practice: string | undefined, pinPrompt: string | undefined): Settings {
  const options = {
    ...(practice === undefined ? {} : { practiceOrigin: practice }),
    ...(pinPrompt === undefined ? {} : { pinPrompt }),
  }
  const parsed = v.safeParse(
    v.object({ practiceOrigin: v.optional(exactOrigin), pinPrompt: v.optional(pinPromptKind) }),
    options,
  )
  if (!parsed.success) {
    throw new UsageError(
      '用法：suoqiao run [--practice http://127.0.0.1:端口] [--pin-prompt auto|extension|pinentry:<绝对路径>]',
    )
  }
  const { settings, problem } = readSettings(home.settings)
  if (problem !== undefined) {
    process.stderr.write(`settings.json 有写错的地方（${problem}），这次没有采用。请改正后重新启动。\n`)
  }
  return { ...settings, ...parsed.output }
}

/** Everything that is not needed to listen is imported when the first request comes. */
function lazyParts(home: Home, settings: Settings): Pick<DaemonOptions, 'handlers' | 'services'> {
  return {
    handlers: async () => (await import('../handlers/index.js')).handlers,
    services: async (daemon) => (await import('./services.js')).openServices(home, settings, daemon),
  }
}

export const run: Command = async (args) => {
  const { values } = parseArgs({
    args,
    options: { json: { type: 'boolean' }, practice: { type: 'string' }, 'pin-prompt': { type: 'string' } },
  })
  // Whatever this process creates is the user's alone.
  process.umask(0o077)
  const home = openHome()
  const settings = settingsOf(home, values.practice, values['pin-prompt'])
  const log = openLog(home.logs)
  // A promise that nobody awaited is a fault of ours, but no reason to leave every other request unanswered.
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'))
  const daemon = await startDaemon({ home, log, ...lazyParts(home, settings) })
  if (!daemon) {
    const running = await findDaemon(home)
    if (values.json) printJson({ ...running, started: false })
    else printLine(`锁桥服务已经在运行${running ? `（进程 ${running.pid}）` : ''}。`)
    return EXIT_FINDING
  }
  log.info({ port: daemon.status.port, version: daemon.status.version }, 'listening')
  if (values.json) printJson(daemon.status)
  else printLine(`锁桥服务已启动，端口 ${daemon.status.port}。按 Ctrl+C 停止。`)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, daemon.quit)
  setTimeout(
    () => daemon.warmUp().catch((err: unknown) => log.error({ err }, 'warm-up')),
    WARM_UP_AFTER_MS,
  ).unref()
  await daemon.ended
  log.info('ended')
  // Nothing that a vendor library or a slow close left behind may keep the process.
  process.exit(EXIT_OK)
}
