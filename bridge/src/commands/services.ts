/** Builds what the handlers may use: tokens, consent, PIN prompt and journal. */
import { createConsentDesk } from '../consent/consent-desk.js'
import { openTokens } from '../devices/open-tokens.js'
import type { Services } from '../handlers/handler.js'
import { openJournal } from '../journal/open-journal.js'
import { createPinPrompt } from '../pin-prompt/create-pin-prompt.js'
import type { Home } from '../state/home.js'
import type { Settings } from '../state/settings.js'

export async function openServices(
  home: Home,
  settings: Settings,
  daemon: Services['daemon'],
): Promise<Services> {
  const practiceOrigin = settings.practiceOrigin ?? null
  return {
    tokens: openTokens({
      home: home.directory,
      providers: settings.providers ?? [],
      practice: practiceOrigin !== null,
    }),
    consent: createConsentDesk(),
    pinPrompt: createPinPrompt({ kind: settings.pinPrompt ?? 'auto' }),
    journal: await openJournal(home.journal),
    practiceOrigin,
    daemon,
  }
}
