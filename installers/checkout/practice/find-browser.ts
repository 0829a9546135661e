/** Which browsers of this computer can load the extension from a folder. Branded Chrome cannot since version 137. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, LaunchOptions } from '../browsers/browser.js'
import { launchChromium } from '../browsers/chromium.js'
import { launchFirefox } from '../browsers/firefox.js'

export type BrowserKind = Browser['name']

/** In the order of preference; the same list also serves macOS and Windows, where the other paths do not exist. */
const PLACES: readonly { readonly kind: BrowserKind; readonly path: string }[] = [
  { kind: 'chromium', path: '/usr/bin/chromium' },
  { kind: 'chromium', path: '/usr/bin/chromium-browser' },
  { kind: 'chromium', path: '/usr/bin/microsoft-edge' },
  { kind: 'chromium', path: '/Applications/Chromium.app/Contents/MacOS/Chromium' },
  { kind: 'chromium', path: '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge' },
  { kind: 'chromium', path: 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe' },
  { kind: 'chromium', path: 'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe' },
  { kind: 'firefox', path: '/usr/bin/firefox-esr' },
  { kind: 'firefox', path: '/usr/bin/firefox' },
  { kind: 'firefox', path: '/Applications/Firefox.app/Contents/MacOS/firefox' },
  { kind: 'firefox', path: 'C:\\Program Files\\Mozilla Firefox\\firefox.exe' },
]

export interface InstalledBrowser {
  readonly kind: BrowserKind
  readonly path: string
}

/** The first usable browser, or the first of the wanted kind; undefined when there is none. */
export function findBrowser(kind?: BrowserKind): InstalledBrowser | undefined {
  return PLACES.find((place) => (kind === undefined || place.kind === kind) && existsSync(place.path))
}

/** The folder of a build: `practice-chrome`, `practice-firefox`, `chrome` or `firefox`. */
export function extensionBuild(kind: BrowserKind, practice = true): string {
  const dist = fileURLToPath(new URL('../../../extension/dist', import.meta.url))
  return join(dist, `${practice ? 'practice-' : ''}${kind === 'chromium' ? 'chrome' : 'firefox'}`)
}

/** Starts the browser with the practice build, unless the options name another folder. */
export function launch(
  browser: InstalledBrowser,
  options: Omit<LaunchOptions, 'extension'> & { readonly extension?: string },
): Promise<Browser> {
  const start = browser.kind === 'chromium' ? launchChromium : launchFirefox
  return start(browser.path, { extension: extensionBuild(browser.kind), ...options })
}
