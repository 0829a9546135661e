/** What a hostile page gets, wherever it lives and however it is framed: nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPracticePortal, undertakingPdf } from '../../bridge/src/practice/create-practice-portal.js'
import type { Tab } from '../../installers/checkout/browsers/browser.js'
import { askProgram } from '../../installers/checkout/practice/programs.js'
import { CONTROLS } from '../../installers/checkout/practice/steps.js'
import { hostilePortal, serveSite } from '../portals/hostile-portal.js'
import { browsersUnderTest, type Journey, startJourney } from './journey.js'

const PORTAL = 'jsy.xjjs.gov.cn'
/** Origins that a careless comparison would take for the portal's. */
const LOOK_ALIKES = [
  `${PORTAL}.evil.example`,
  `evil-${PORTAL}`,
  'jsy.xjjs.gov.cn.cn',
  'jsy-xjjs.gov.cn',
  'xjjs.gov.cn',
  'evil.example',
]

describe.each(browsersUnderTest())('in %s a hostile page', (kind) => {
  let journey: Journey
  const site = hostilePortal({ pdf: undertakingPdf() })
  const framing = (sandbox?: string) =>
    hostilePortal({
      pdf: undertakingPdf(),
      framed: { url: `http://${PORTAL}/#/first-entry/undertaking`, ...(sandbox ? { sandbox } : {}) },
    })

  beforeAll(async () => {
    const portal = createPracticePortal({ uploads: '/nonexistent', isOwnHost: (host) => host === PORTAL })
    journey = await startJourney(kind, {
      build: 'normal',
      sites: {
        [PORTAL]: (request, response) =>
          request.url === '/slipped-in' ? site(request, response) : portal(request, response),
        ...Object.fromEntries(LOOK_ALIKES.map((host) => [host, site])),
        'framing.example': framing(),
        'sandboxing.example': framing('allow-scripts allow-same-origin allow-forms'),
        'opaque.example': framing('allow-scripts'),
      },
    })
  })
  afterAll(() => journey.stop())

  const attack = (tab: Tab) =>
    tab.evaluate<string[]>(
      `attack(${JSON.stringify({
        bridgePort: journey.stack.bridge.port,
        extensionOrigin: journey.browser.extensionOrigin,
      })})`,
    )

  /** Two windows and two frames that borrow the page's origin, or the attack was less than it says. */
  const borrowedPlaces = (tab: Tab) => tab.evaluate<number>('borrowedPlaces')

  /** No window of ours is open, no key was used, nobody was asked for a PIN, and the bridge still answers. */
  async function expectNothingHappened(): Promise<void> {
    const ours = (await journey.browser.addresses()).filter((address) =>
      /\/(consent|pin)\.html/.test(address),
    )
    expect(ours).toEqual([])
    expect(await journey.asked()).toBe('')
    const { entries } = await askProgram<{ entries: unknown[] }>(['journal'], journey.env)
    expect(entries).toEqual([])
    expect(await askProgram(['status'], journey.env)).toMatchObject({ running: true })
  }

  it.each(LOOK_ALIKES)('P0 8: at the look-alike %s hears nothing and opens nothing', async (host) => {
    const tab = await journey.browser.open(`http://${host}/`)
    expect(await attack(tab)).toEqual([])
    expect(await borrowedPlaces(tab)).toBe(4)
    expect(await tab.evaluate(`document.querySelector('suoqiao-panel')`)).toBeNull()
    await expectNothingHappened()
    await tab.close()
  })

  it.each([
    ['holds the portal in a frame', 'framing.example'],
    ['holds the portal in a sandboxed frame', 'sandboxing.example'],
    ['holds the portal in a frame without an origin', 'opaque.example'],
  ])('P0 8: that %s hears nothing and opens nothing', async (_, host) => {
    const tab = await journey.browser.open(`http://${host}/framing`)
    expect(await attack(tab)).toEqual([])
    await expectNothingHappened()
    await tab.close()
  })

  it('P0 8: on the portal itself cannot press our buttons, nor look into our panel', async () => {
    const tab = await journey.browser.open(`http://${PORTAL}/#/first-entry/undertaking`)
    await tab.click('#apply')
    await tab.click('#agree')
    const host = `document.querySelector('suoqiao-panel')`
    await expect.poll(() => tab.evaluate(`${host} !== null`), { timeout: 10_000 }).toBe(true)
    expect(await tab.evaluate(`${host}.shadowRoot`)).toBeNull()
    const found = await tab.evaluate(`document.querySelector(${JSON.stringify(CONTROLS.panelSign)})`)
    expect(found).toBeNull()
    await tab.close()
  })

  it('P0 8: slipped into the portal’s own origin, also from a javascript: window, starts nothing', async () => {
    const tab = await journey.browser.open(`http://${PORTAL}/slipped-in`)
    const panel = `document.querySelector('suoqiao-panel') !== null`
    await expect.poll(() => tab.evaluate(panel), { timeout: 10_000 }).toBe(true)
    expect(await attack(tab)).toEqual([])
    expect(await borrowedPlaces(tab)).toBe(4)
    await expectNothingHappened()
    await tab.close()
  })

  it('P0 8: in the practice build, where the panel lies open, cannot press 签章 by script', async () => {
    const open = await startJourney(kind)
    const local = await serveSite(site)
    try {
      const tab = await open.browser.open(`${local.origin}/`)
      await tab.waitFor(CONTROLS.panelSign)
      const facts = {
        bridgePort: open.stack.bridge.port,
        extensionOrigin: open.browser.extensionOrigin,
      }
      expect(await tab.evaluate(`attack(${JSON.stringify(facts)})`)).toEqual([])
      expect((await open.browser.addresses()).filter((address) => address.includes('consent'))).toEqual([])
      expect(await open.asked()).toBe('')
    } finally {
      await local.stop()
      await open.stop()
    }
  })
})
