/** The whole way of one signature with the keyboard alone, in both real browsers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tab } from '../../installers/checkout/browsers/browser.js'
import { until } from '../../installers/checkout/browsers/browser.js'
import { CONTROLS, consentGone, consentWindow, fileInPage } from '../../installers/checkout/practice/steps.js'
import { browsersUnderTest, type Journey, startJourney } from './journey.js'

/** The practice PIN is no secret; see bridge/src/practice-token. */
const PIN = '123456'

/** `data-testid` of what has the focus, also inside the panel's shadow root. */
const FOCUS = `(() => {
  let at = document.activeElement
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  return at?.dataset.testid ?? at?.type ?? at?.localName ?? ''
})()`
/** Whether the focus can be seen: an outline of at least 2 px. */
const RING = `(() => {
  let at = document.activeElement
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  const { outlineStyle, outlineWidth } = getComputedStyle(at)
  return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
})()`

async function focused(tab: Tab, wanted: string): Promise<void> {
  await until(`the focus on ${wanted}`, async () =>
    (await tab.evaluate<string>(FOCUS)) === wanted ? true : undefined,
  )
}

describe.each(browsersUnderTest())('in %s, without a mouse,', (kind) => {
  let journey: Journey
  let portal: Tab

  beforeAll(async () => {
    journey = await startJourney(kind, { pinPrompt: 'extension', token: 'none' })
    portal = await journey.openPortal()
    await portal.waitFor(CONTROLS.panelActive)
  })
  afterAll(() => journey.stop())

  it('Esc folds the panel and Alt+Shift+S opens it with the focus on 签章', async () => {
    await portal.press('Alt+Shift+S')
    await focused(portal, 'panel-sign')
    await portal.press('Escape')
    await focused(portal, 'panel-tab')
    await portal.press('Alt+Shift+S')
    await portal.waitFor(CONTROLS.panelActive)
    await focused(portal, 'panel-sign')
    expect(await portal.evaluate(RING)).toBe(true)
  })

  it('a certificate is chosen, signed with and put back, and every focus can be seen', async () => {
    await portal.press('Enter')
    const consent = await consentWindow(journey.browser)
    await consent.waitFor(CONTROLS.certificateRow)
    await focused(consent, 'refuse')
    expect(await consent.evaluate(RING)).toBe(true)
    await consent.press('Shift+Tab')
    await focused(consent, 'radio')
    await consent.press(' ')
    await consent.waitFor(CONTROLS.consentReady)
    await consent.press('Tab')
    await focused(consent, 'refuse')
    await consent.press('Tab')
    await focused(consent, 'confirm-sign')
    expect(await consent.evaluate(RING)).toBe(true)
    await consent.press('Enter')
    const pin = await journey.browser.waitForTab('pin.html')
    await focused(pin, 'pin-input')
    await pin.type(PIN)
    await pin.press('Enter')
    expect((await fileInPage(portal)).name).toContain('已签章')
    await portal.waitFor(CONTROLS.panelDone)
    await consentGone(journey.browser)
  })
})
