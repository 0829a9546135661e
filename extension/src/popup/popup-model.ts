/** State and deeds of the popup, for the browser's active tab or the tab named in the address. */
import { signal } from '@preact/signals'
import type { PageRequests } from '../router/messages'
import type { Ask, Listen } from '../ui/background'
import { watchBridge } from '../ui/bridge-watch'

export interface PopupTools {
  readonly ask: Ask
  readonly listen: Listen
  /** null when the tab is not known. */
  readonly tabId: () => Promise<number | null>
  readonly goTo: (place: 'settings' | 'pairing' | 'welcome') => void
  /** The popup has done its work and may go; as a tab it stays. */
  readonly done: () => void
}

type Tab = PageRequests['tab.describe']['result']
const unknownTab: Tab = { portalId: null, portalName: null, origin: null, documents: [] }

export class Popup {
  readonly tab = signal<Tab | null>(null)
  /** Something was asked for and is under way. */
  readonly starting = signal(false)
  readonly notStarted = signal(false)
  readonly watch
  readonly #tools: PopupTools
  #tabId: number | null = null

  constructor(tools: PopupTools) {
    this.#tools = tools
    this.watch = watchBridge(tools.ask, tools.listen)
  }

  async open(): Promise<void> {
    void this.watch.refresh()
    this.#tabId = await this.#tools.tabId()
    this.tab.value =
      this.#tabId === null
        ? unknownTab
        : await this.#tools.ask('tab.describe', { tabId: this.#tabId }).catch(() => unknownTab)
  }

  async sign(documentName: string): Promise<void> {
    const tabId = this.#tabId
    if (tabId === null || this.starting.value) return
    await this.#during(async () => {
      const { started } = await this.#tools.ask('tab.sign', { tabId, documentName })
      this.notStarted.value = !started
      if (started) this.#tools.done()
    })
  }

  async openPanel(): Promise<void> {
    if (this.#tabId === null) return
    const { opened } = await this.#tools
      .ask('tab.openPanel', { tabId: this.#tabId })
      .catch(() => ({ opened: false }))
    if (opened) this.#tools.done()
  }

  async start(): Promise<void> {
    await this.#during(() => this.watch.refresh('bridge.connect'))
  }

  goTo(place: 'settings' | 'pairing' | 'welcome'): void {
    this.#tools.goTo(place)
  }

  stop(): void {
    this.watch.stop()
  }

  async #during(work: () => Promise<void>): Promise<void> {
    this.starting.value = true
    this.notStarted.value = false
    try {
      await work()
    } catch {
      this.notStarted.value = true
    } finally {
      this.starting.value = false
    }
  }
}
