/** After a whole journey neither the PIN nor the session key stands in any file, log, page or lasting store. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tab } from '../../installers/checkout/browsers/browser.js'
import { Chromium, ChromiumTab } from '../../installers/checkout/browsers/chromium.js'
import {
  CONTROLS,
  chooseCertificate,
  consentGone,
  consentWindow,
  fileInPage,
  pressSign,
  typePin,
} from '../../installers/checkout/practice/steps.js'
import { browsersUnderTest, type Journey, startJourney } from './journey.js'

/** A PIN that stands nowhere by chance. */
const CANARY = 'kanari-70519'

/** What browsers ask of their makers by themselves, whatever we switch off; the proxy of the journey refuses it. */
const VENDOR = /(^|\.)(google|googleapis|gvt1|mozilla|firefox)\.(com|org|net)(:443)?$/

/** How a text may stand in a file: as it is, as Chromium's and Firefox's databases write strings, and encoded. */
function spellings(text: string): readonly Buffer[] {
  const plain = Buffer.from(text)
  const encoded = plain.toString('base64').replace(/=+$/, '')
  return [plain, Buffer.from(text, 'utf16le'), Buffer.from(encoded), Buffer.from(plain.toString('hex'))]
}

async function filesHolding(directory: string, needle: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const found: string[] = []
  for (const file of files) {
    const bytes = await readFile(file).catch(() => Buffer.alloc(0))
    if (spellings(needle).some((spelling) => bytes.includes(spelling))) found.push(file)
  }
  return found
}

describe.each(browsersUnderTest())(
  'in %s, after signing with the extension’s own password window,',
  (kind) => {
    let journey: Journey
    let portal: Tab
    let pages: string
    const sockets: string[] = []

    beforeAll(async () => {
      journey = await startJourney(kind, { pinPrompt: 'extension', tokenPin: CANARY })
      portal = await journey.openPortal()
      await listenForSockets(journey, portal, sockets)
      await pressSign(portal)
      const consent = await consentWindow(journey.browser)
      await chooseCertificate(consent, '测试证书机构')
      await consent.click(CONTROLS.consentSign)
      const pin = await typePin(journey.browser, CANARY)
      pages = await pin.evaluate('document.documentElement.outerHTML + location.href + document.title')
      await pin.click(CONTROLS.pinConfirm)
      await fileInPage(portal)
      pages += await consent.evaluate<string>('document.documentElement.outerHTML').catch(() => '')
      await consentGone(journey.browser)
      pages += await portal.evaluate<string>(`document.documentElement.outerHTML +
      (document.querySelector('suoqiao-panel').shadowRoot?.innerHTML ?? '') + JSON.stringify({ ...localStorage })`)
    })
    afterAll(() => journey.stop())

    it('a planted text is found by the search, so the search works', async () => {
      const planted = join(journey.home, 'planted.bin')
      await writeFile(planted, Buffer.from(`…${CANARY}…`, 'utf16le'))
      expect(await filesHolding(journey.home, CANARY)).toEqual([planted])
      await writeFile(planted, '')
    })

    it('P0 9: the PIN stands in no page, no file of the bridge and no file of the browser', async () => {
      expect(pages).toContain('pin-input')
      expect(pages).not.toContain(CANARY)
      expect(await filesHolding(journey.home, CANARY)).toEqual([])
      expect(await filesHolding(journey.profile, CANARY)).toEqual([])
    })

    it('P0 5: the session key is in no lasting store of the extension and no file of the browser or the bridge', async () => {
      const page = await journey.browser.open(`${journey.browser.extensionOrigin}/popup.html`)
      const read = (area: string) => `(async () => {
      const api = globalThis.browser ?? globalThis.chrome
      return JSON.stringify(await api.storage.${area}.get(null))
    })()`
      const local = await page.evaluate<string>(read('local'))
      const session = await page.evaluate<string>(read('session'))
      const key = /"key":"([A-Za-z0-9_-]{43})"/.exec(session)?.[1]
      expect(local).not.toMatch(/[A-Za-z0-9_-]{43}/)
      // Chrome's worker sleeps, so it keeps the key in memory-only session storage; Firefox's background needs no copy.
      expect(key === undefined).toBe(kind === 'firefox')
      if (key !== undefined) {
        expect(local).not.toContain(key)
        expect(await filesHolding(journey.profile, key)).toEqual([])
        expect(await filesHolding(journey.home, key)).toEqual([])
      }
      await page.close()
    })

    it('nothing was asked of the internet', () => {
      const ours = [...journey.internet.refused].filter((host) => !VENDOR.test(host))
      expect(ours).toEqual([])
    })

    // The rest asks Chromium's developer tools; Firefox has none that see a content script's sockets or a heap.
    if (kind !== 'chromium') return

    it('P0 7: the portal’s tab has opened no socket, neither page nor content script', async () => {
      expect(sockets).toEqual([])
      // One of our own shows that the browser would have told.
      await portal.evaluate(`void new WebSocket('ws://' + location.host + '/planted')`)
      await expect.poll(() => sockets).toEqual([expect.stringContaining('/planted')])
    })

    it('P0 9: the PIN stands in no heap of the portal’s page or of the extension', async () => {
      const { browser } = journey
      if (!(browser instanceof Chromium && portal instanceof ChromiumTab)) throw new Error('not Chromium')
      const popup = await browser.open(`${browser.extensionOrigin}/popup.html`)
      if (!(popup instanceof ChromiumTab)) throw new Error('not Chromium')
      for (const tab of [portal, popup]) {
        // A text of our own in the same heap shows that the search finds one.
        await tab.evaluate(`void (globalThis.planted = ['planted', 70519].join('-'))`)
        const heap = await heapOf(browser, tab)
        expect([heap.includes('planted-70519'), heap.includes(CANARY)]).toEqual([true, false])
      }
      await popup.close()
    })
  },
)

/** Chromium's developer tools tell of every socket of a tab, whoever in it opens one. */
async function listenForSockets({ browser }: Journey, tab: Tab, sockets: string[]): Promise<void> {
  if (!(browser instanceof Chromium && tab instanceof ChromiumTab)) return
  const devTools = await browser.context.newCDPSession(tab.page)
  devTools.on('Network.webSocketCreated', ({ url }) => sockets.push(url))
  await devTools.send('Network.enable')
}

/** All that JavaScript holds in a tab's process after a garbage collection: page, content script, and closed windows of the extension. */
async function heapOf(browser: Chromium, tab: ChromiumTab): Promise<string> {
  const devTools = await browser.context.newCDPSession(tab.page)
  const pieces: string[] = []
  devTools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => pieces.push(chunk))
  await devTools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await devTools.detach()
  return pieces.join('')
}
