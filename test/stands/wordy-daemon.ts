/** A real daemon whose token provider list is very long: the only way to a reply of megabytes. The Tokens are a double. */

import { onTestFinished } from 'vitest'
import { createConsentDesk } from '../../bridge/src/consent/consent-desk.js'
import type { Tokens } from '../../bridge/src/devices/tokens.js'
import type { Services } from '../../bridge/src/handlers/handler.js'
import { handlers } from '../../bridge/src/handlers/index.js'
import { openJournal } from '../../bridge/src/journal/open-journal.js'
import { openLog } from '../../bridge/src/log/open-log.js'
import { createPinPrompt } from '../../bridge/src/pin-prompt/create-pin-prompt.js'
import { type Daemon, startDaemon } from '../../bridge/src/server/daemon.js'
import { openHome } from '../../bridge/src/state/home.js'

function wordyTokens(count: number): Tokens {
  const none = async (): Promise<never> => {
    throw new Error('this double only lists providers')
  }
  return {
    list: async () => ({ tokens: [], failed: [] }),
    certificates: none,
    pinStatus: none,
    sign: none,
    isPractice: () => false,
    knownLabel: () => null,
    onChange: () => () => {},
    providers: () =>
      Array.from({ length: count }, (_, i) => ({
        id: `provider-with-a-long-name-${i}`,
        state: 'idle' as const,
        restarts: 0,
      })),
    close: async () => {},
  }
}

/** Runs in this process; ends with the test. */
export async function startWordyDaemon(
  home: string,
  providers: number,
  sessionLifetimeMs?: number,
): Promise<Daemon> {
  const opened = openHome({ SUOQIAO_HOME: home })
  const services = async (daemon: Services['daemon']): Promise<Services> => ({
    tokens: wordyTokens(providers),
    consent: createConsentDesk(),
    pinPrompt: createPinPrompt({ kind: 'extension' }),
    journal: await openJournal(opened.journal),
    practiceOrigin: null,
    daemon,
  })
  const daemon = await startDaemon({
    home: opened,
    log: openLog(opened.logs),
    handlers: async () => handlers,
    services,
    ...(sessionLifetimeMs === undefined ? {} : { sessionLifetimeMs }),
  })
  if (!daemon) throw new Error('a daemon runs in this home already')
  onTestFinished(async () => {
    daemon.quit()
    await daemon.ended
  })
  return daemon
}
