/** A real browser under control, the same for Chromium and Firefox; for the unattended practice run and the journeys. */

/** A page of the browser. Selectors are CSS and reach into open shadow roots. Waits end with an error after 15 s. */
export interface Tab {
  /** Address right now; empty once the tab is closed. */
  url(): Promise<string>
  goto(url: string): Promise<void>
  /** Evaluates an expression in the page's own world, awaits it and returns its JSON value. */
  evaluate<T>(expression: string): Promise<T>
  /** Waits until the element is there, visible and not off, then presses it as a person does (a trusted event). */
  click(selector: string): Promise<void>
  waitFor(selector: string, timeoutMs?: number): Promise<void>
  text(selector: string): Promise<string>
  /** Types into whatever has the focus, key by key. */
  type(text: string): Promise<void>
  /** One key by its DOM name: Enter, Escape, Tab, ArrowUp … */
  press(key: string): Promise<void>
  /** Chooses files in a file input, as the browser's own dialog would. */
  setFiles(selector: string, files: readonly string[]): Promise<void>
  /** PNG of what is visible. */
  screenshot(path: string): Promise<void>
  /** Size of the page in CSS pixels. */
  resize(width: number, height: number): Promise<void>
  close(): Promise<void>
}

export interface Browser {
  readonly name: 'chromium' | 'firefox'
  readonly version: string
  /** Directory of everything the browser keeps. */
  readonly profile: string
  /** `chrome-extension://…` or `moz-extension://…` of the loaded extension. */
  readonly extensionOrigin: string
  /** Resolves when the browser has ended, whoever closed it. */
  readonly closed: Promise<void>
  open(url: string): Promise<Tab>
  /** The tab or window whose address contains the text, waiting for it to appear. */
  waitForTab(addressPart: string, timeoutMs?: number): Promise<Tab>
  /** Addresses of all tabs and windows. */
  addresses(): Promise<readonly string[]>
  close(): Promise<void>
}

export interface LaunchOptions {
  /** Directory of the built extension. */
  readonly extension: string
  /** Empty directory the browser may fill; the caller removes it. */
  readonly profile: string
  readonly headless: boolean
  /** Colour scheme the pages see. */
  readonly dark?: boolean
  /** Chromium only: further switches, e.g. host mappings of a test. */
  readonly switches?: readonly string[]
  /** Firefox only: further preferences. */
  readonly preferences?: Readonly<Record<string, string | number | boolean>>
  /** `host:port` of a proxy for everything but this computer. */
  readonly proxy?: string
  /** Environment of the browser; its own HOME keeps registrations of the user out of the run. */
  readonly env?: Readonly<Record<string, string>>
}

/** How long a wait may take before it is an error. */
export const WAIT_MS = 15_000
const POLL_MS = 40

/** Asks until there is an answer other than undefined; the error names what was waited for. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  timeoutMs = WAIT_MS,
): Promise<T> {
  const end = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
