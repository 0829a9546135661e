/** Every screen of ours, on the small screens clerks have, in light and dark: no fault that axe-core can see. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import axe from 'axe-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tab } from '../../installers/checkout/browsers/browser.js'
import {
  CONTROLS,
  chooseCertificate,
  consentGone,
  consentWindow,
  pressSign,
} from '../../installers/checkout/practice/steps.js'
import { browsersUnderTest, type Journey, startJourney } from './journey.js'

/** What is left of 1024×768 under the browser's own bars. */
const SMALL_SCREEN = [1024, 678] as const
/** With a directory here each screen is also left as a picture, to look at. */
const pictures = process.env.SUOQIAO_TEST_PICTURES

const looks = browsersUnderTest().flatMap((kind) => [
  { kind, look: 'light', dark: false },
  { kind, look: 'dark', dark: true },
])

describe.each(looks)('in $kind, $look,', ({ kind, look, dark }) => {
  let journey: Journey
  let portal: Tab

  beforeAll(async () => {
    journey = await startJourney(kind, { pinPrompt: 'extension', token: 'none', dark })
    portal = await journey.openPortal()
    if (pictures) await mkdir(pictures, { recursive: true })
  })
  afterAll(() => journey.stop())

  /** Violations as short lines: rule and where. \`scope\` is an expression for the element to judge. */
  async function faults(tab: Tab, name: string, scope = 'document'): Promise<readonly string[]> {
    if (pictures) await tab.screenshot(join(pictures, `${name}-${kind}-${look}.png`))
    await tab.evaluate(`(() => { ${axe.source} })()`)
    return await tab.evaluate<string[]>(
      `axe.run(${scope}, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) =>
        violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' '))))`,
    )
  }

  /** Nothing is cut off at the right, where a clerk would not look for it. */
  const overflow = (tab: Tab) =>
    tab.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')

  it.each(['popup.html', 'welcome.html', 'options.html'])('%s has no fault', async (file) => {
    const page = await journey.browser.open(`${journey.browser.extensionOrigin}/${file}`)
    await page.resize(...SMALL_SCREEN)
    await page.waitFor('h1, h2')
    await new Promise((resolve) => setTimeout(resolve, 800))
    expect(await faults(page, file)).toEqual([])
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    const isDark = await page.evaluate(`matchMedia('(prefers-color-scheme: dark)').matches`)
    expect(isDark).toBe(dark)
    await page.close()
  })

  it('the panel has no fault', async () => {
    await portal.waitFor(CONTROLS.panelReady)
    const found = await faults(portal, 'panel', `document.querySelector('suoqiao-panel')`)
    // The host's own `all: initial !important` keeps the portal's styles out; spacing inside is set by the shadow root.
    expect(found.filter((fault) => fault !== 'avoid-inline-spacing: suoqiao-panel')).toEqual([])
  })

  it('the consent window and the password window have no fault', async () => {
    await pressSign(portal)
    const consent = await consentWindow(journey.browser)
    await chooseCertificate(consent)
    await consent.waitFor(CONTROLS.consentReady)
    expect(await faults(consent, 'consent')).toEqual([])
    expect(await overflow(consent)).toBeLessThanOrEqual(0)
    await consent.resize(...SMALL_SCREEN)
    expect(await overflow(consent)).toBeLessThanOrEqual(0)
    await consent.click(CONTROLS.consentSign)
    const pin = await journey.browser.waitForTab('pin.html')
    await pin.resize(420, 360)
    await pin.waitFor(CONTROLS.pinField)
    expect(await faults(pin, 'pin')).toEqual([])
    expect(await overflow(pin)).toBeLessThanOrEqual(0)
    await pin.click(CONTROLS.pinCancel)
    await consent.click(CONTROLS.consentRefuse)
    await consentGone(journey.browser)
  })
})
