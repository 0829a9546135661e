/** What the first page shows: how far the user has come, and where practising is possible. */
import { computed, signal } from '@preact/signals'
import type { BridgeState } from '../router/messages'
import { type Ask, callBridge, type Listen } from '../ui/background'
import { type PluggedToken, type Standing, watchBridge } from '../ui/bridge-watch'
import type { MessageKey } from '../ui/i18n'

export interface WelcomeTools {
  readonly ask: Ask
  readonly listen: Listen
  readonly version: string
  readonly goTo: (url: string) => void
}

/** Which step is the current one: 2 service, 3 UKey, 4 sign. */
export function stepOf({ bridge, tokens }: Standing): 2 | 3 | 4 {
  if (bridge?.state !== 'connected') return 2
  return (tokens?.length ?? 0) > 0 ? 4 : 3
}

export function titleOf(standing: Standing): MessageKey {
  const state: BridgeState['state'] = standing.bridge?.state ?? 'connecting'
  if (state === 'connecting') return 'welcome.title.connecting'
  if (state === 'not-installed') return 'welcome.title.noBridge'
  if (state !== 'connected') return 'welcome.title.trouble'
  return stepOf(standing) === 4 ? 'welcome.title.ready' : 'welcome.title.almost'
}

/** A real token speaks before the practice token. */
export function shownToken({ tokens }: Standing): PluggedToken | null {
  return tokens?.find(({ token }) => !token.practice) ?? tokens?.[0] ?? null
}

export class Welcome {
  readonly watch
  readonly version: string
  readonly starting = signal(false)
  /** Practising was asked for while the practice device is off. */
  readonly noPractice = signal(false)
  readonly title
  readonly step
  readonly #tools: WelcomeTools

  constructor(tools: WelcomeTools) {
    this.#tools = tools
    this.version = tools.version
    this.watch = watchBridge(tools.ask, tools.listen)
    this.title = computed(() => titleOf(this.watch.standing.value))
    this.step = computed(() => stepOf(this.watch.standing.value))
  }

  async start(): Promise<void> {
    this.starting.value = true
    await this.watch.refresh('bridge.connect')
    this.starting.value = false
  }

  goTo(url: string): void {
    this.#tools.goTo(url)
  }

  /** Opens the practice website that the bridge serves, when it serves one. */
  async practise(): Promise<void> {
    const origin = await callBridge(this.#tools.ask, 'session.status', {}).then(
      (status) => status.practiceOrigin,
      () => null,
    )
    this.noPractice.value = origin === null
    if (origin) this.#tools.goTo(origin)
  }
}
