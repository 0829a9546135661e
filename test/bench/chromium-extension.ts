/** Our extension in a real Chromium, with its native host registered for that profile only, and its worker under our hand. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import type { BrowserContext, Page } from 'playwright-core'
import manifestKey from '../../extension/manifest-key.json' with { type: 'json' }
import { Chromium, launchChromium } from '../../installers/checkout/browsers/chromium.js'
import type { Bench } from './bench.js'
import { bundle, environment } from './daemon.js'

const run = promisify(execFile)

const CHROMIUM = '/usr/bin/chromium'
/** The old worker's socket and native port close a moment after it. */
const SETTLE_MS = 500
const MOST_STOPS = 10

export interface ExtensionPage {
  /** Stops the extension's service worker and waits until Chromium says so. */
  readonly stopWorker: () => Promise<void>
  /** Sends one message to the background and measures, inside the page, until its answer: milliseconds. */
  readonly ask: (message: object) => Promise<{ readonly ms: number; readonly reply: unknown }>
}

export interface Browser {
  /** Opens a page of the extension with this id that runs no script of its own. */
  readonly openPage: (extensionId: string) => Promise<ExtensionPage>
}

/** Starts Chromium with our `extension` and others `beside` it (folders); the native host answers for the daemon of `home`. */
export async function startChromium(
  bench: Bench,
  home: string,
  extension: string,
  beside: readonly string[],
): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error('chromium is not installed: apt-get install chromium')
  const profile = await bench.makeDir('profile')
  const env = environment(home)
  await run(
    process.execPath,
    [bundle(bench.root), 'native-host', '--register', '--chromium-profile', profile],
    { env },
  )
  // The last of equal switches counts: both extensions are loaded.
  const list = [extension, ...beside].join(',')
  const switches = [`--disable-extensions-except=${list}`, `--load-extension=${list}`]
  const options = { extension, profile, headless: true, switches, env: { HOME: home } }
  const browser = await launchChromium(CHROMIUM, options)
  bench.defer(() => browser.close())
  if (!(browser instanceof Chromium)) throw new Error('not Chromium')
  return { openPage: (extensionId) => openPage(browser.context, extensionId) }
}

/** The manifest as a page: it has the extension's rights and nothing in it talks to the background by itself. */
async function openPage(context: BrowserContext, extensionId: string): Promise<ExtensionPage> {
  const page = await context.newPage()
  await page.goto(`chrome-extension://${extensionId}/manifest.json`)
  return { stopWorker: await workerStopper(context, page), ask: (message) => askFrom(page, message) }
}

/** The DevTools domain ServiceWorker, attached to a page of the same extension, sees that extension's worker only. */
async function workerStopper(context: BrowserContext, page: Page): Promise<() => Promise<void>> {
  const devTools = await context.newCDPSession(page)
  const running = new Map<string, string>()
  devTools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const version of versions) running.set(version.versionId, version.runningStatus)
  })
  await devTools.send('ServiceWorker.enable')
  const isStopped = () => [...running.values()].every((status) => status === 'stopped')
  return async () => {
    for (let attempt = 0; attempt < MOST_STOPS; attempt += 1) {
      await devTools.send('ServiceWorker.stopAllWorkers')
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
      // An event of the browser may wake a worker at any time: then it is stopped again before anything is measured.
      if (isStopped()) return
    }
    throw new Error('the worker does not stay stopped')
  }
}

/** Runs in the page. The clock of the page is coarsened to 0.1 ms, which is fine for tens of milliseconds. */
function askFrom(page: Page, message: object): Promise<{ readonly ms: number; readonly reply: unknown }> {
  return page.evaluate(async (asked) => {
    const { chrome } = globalThis as unknown as {
      chrome: { runtime: { sendMessage: (message: object) => Promise<unknown> } }
    }
    const start = performance.now()
    const reply = await chrome.runtime.sendMessage(asked)
    return { ms: performance.now() - start, reply }
  }, message)
}

export const OUR_EXTENSION_ID = manifestKey.chromeId
