/** After a whole journey neither the PIN nor the session key stands in any file, log, page or lasting store. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tab } from '../../installers/checkout/browsers/browser.js'
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

    beforeAll(async () => {
      journey = await startJourney(kind, { pinPrompt: 'extension', tokenPin: CANARY })
      portal = await journey.openPortal()
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

    it('the PIN stands in no page, no file of the bridge and no file of the browser', async () => {
      expect(pages).toContain('pin-input')
      expect(pages).not.toContain(CANARY)
      expect(await filesHolding(journey.home, CANARY)).toEqual([])
      expect(await filesHolding(journey.profile, CANARY)).toEqual([])
    })

    it('the session key is in no lasting store of the extension and no file of the browser or the bridge', async () => {
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

    it('no page and no content script has opened a socket, and nothing was asked of the internet', async () => {
      const sockets = `performance.getEntriesByType('resource').filter(({ name }) => name.startsWith('ws')).length`
      expect(await portal.evaluate(sockets)).toBe(0)
      const ours = [...journey.internet.refused].filter((host) => !VENDOR.test(host))
      expect(ours).toEqual([])
    })
  },
)
