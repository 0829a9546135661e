/** What happens around the PIN in both real browsers: wrong, last try, locked, cancelled, not signed at all. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Tab } from '../../installers/checkout/browsers/browser.js'
import { askProgram } from '../../installers/checkout/practice/programs.js'
import {
  CONTROLS,
  chooseCertificate,
  consentGone,
  consentWindow,
  fileInPage,
  pressSign,
  submit,
  typePin,
} from '../../installers/checkout/practice/steps.js'
import { browsersUnderTest, type Journey, startJourney } from './journey.js'

/** The practice PIN is no secret; see bridge/src/practice-token. */
const PIN = '123456'

/** Up to the press on 签章 in the consent window. */
async function confirm(journey: Journey, portal: Tab): Promise<Tab> {
  await pressSign(portal)
  const consent = await consentWindow(journey.browser)
  await chooseCertificate(consent)
  await consent.click(CONTROLS.consentSign)
  return consent
}

const troubleOf = (consent: Tab) =>
  consent.evaluate<string>(
    `document.querySelector(${JSON.stringify(CONTROLS.consentTrouble)})?.dataset.code ?? ''`,
  )
const uploadCount = (portal: Tab) => portal.evaluate('document.getElementById("upload").files.length')

async function journalOf(journey: Journey): Promise<readonly string[]> {
  const { entries } = await askProgram<{ entries: { outcome: string }[] }>(['journal'], journey.env)
  return entries.map(({ outcome }) => outcome)
}

describe.each(browsersUnderTest())('in %s, with the password typed into the bridge’s own window,', (kind) => {
  let journey: Journey
  let portal: Tab

  beforeAll(async () => {
    journey = await startJourney(kind)
  })
  afterAll(() => journey.stop())
  beforeEach(async () => {
    portal = await journey.openPortal()
  })
  afterEach(() => portal.close())

  it('a wrong password is asked again, and the right one then signs', async () => {
    await journey.answer('pin 999999', `pin ${journey.hsm?.pin}`)
    await confirm(journey, portal)
    await fileInPage(portal)
    await consentGone(journey.browser)
    expect((await submit(portal)).signatures).toBe('1')
    expect((await journey.asked()).match(/GETPIN <- pin/g)).toHaveLength(2)
  })

  it('cancelling the password signs nothing and says so', async () => {
    await journey.answer('cancel')
    const consent = await confirm(journey, portal)
    await consent.waitFor(CONTROLS.consentTrouble)
    expect(await troubleOf(consent)).toBe('token.pin-cancelled')
    await consent.click(CONTROLS.consentRefuse)
    await consentGone(journey.browser)
    expect(await uploadCount(portal)).toBe(0)
    expect((await journalOf(journey))[0]).toBe('token.pin-cancelled')
  })

  it('closing the confirm window while the password is asked gives the signature up at the bridge, too', async () => {
    await journey.answer('hang')
    const asksBefore = (await journey.asked()).match(/GETPIN/g)?.length ?? 0
    const consent = await confirm(journey, portal)
    const asks = async () => (await journey.asked()).match(/GETPIN/g)?.length ?? 0
    await expect.poll(asks, { timeout: 10_000 }).toBeGreaterThan(asksBefore)
    await consent.close()
    await expect
      .poll(async () => (await journalOf(journey))[0], { timeout: 10_000 })
      .toBe('request.cancelled')
    expect(await uploadCount(portal)).toBe(0)
  })

  it('不签 leaves the file and the portal’s field as they were', async () => {
    const before = await journalOf(journey)
    await pressSign(portal)
    const consent = await consentWindow(journey.browser)
    await consent.click(CONTROLS.consentRefuse)
    await consentGone(journey.browser)
    await portal.waitFor(CONTROLS.panelError)
    expect(await portal.text(CONTROLS.panelError)).toContain('不签')
    expect(await uploadCount(portal)).toBe(0)
    expect(await journalOf(journey)).toEqual(before)
  })

  it('closing the consent window counts as 不签', async () => {
    await pressSign(portal)
    const consent = await consentWindow(journey.browser)
    await consent.close()
    await portal.waitFor(CONTROLS.panelError)
    expect(await uploadCount(portal)).toBe(0)
  })
})

describe.each(browsersUnderTest())('in %s, with the password typed into the extension’s window,', (kind) => {
  let journey: Journey
  let portal: Tab
  const setTries = (triesLeft: number) =>
    writeFile(
      join(journey.home, 'practice', 'pin.json'),
      JSON.stringify({ triesLeft, lockedAt: triesLeft === 0 ? Date.now() : null }),
      { mode: 0o600 },
    )

  beforeAll(async () => {
    journey = await startJourney(kind, { pinPrompt: 'extension', token: 'none' })
    await mkdir(join(journey.home, 'practice'), { recursive: true })
  })
  afterAll(() => journey.stop())
  beforeEach(async () => {
    await setTries(10)
    portal = await journey.openPortal()
  })
  afterEach(() => portal.close())

  it('a wrong password says how many tries are left, and the right one then signs', async () => {
    await confirm(journey, portal)
    const first = await typePin(journey.browser, '999999')
    const address = await first.url()
    await first.press('Enter')
    await expect.poll(async () => (await journey.browser.addresses()).includes(address)).toBe(false)
    const second = await journey.browser.waitForTab('pin.html')
    expect(await second.text('[data-testid="pin-tries"]')).toContain('9')
    await typePin(journey.browser, PIN)
    await second.click(CONTROLS.pinConfirm)
    await fileInPage(portal)
    await consentGone(journey.browser)
    expect((await submit(portal)).signatures).toBe('1')
  })

  it('the last try opens its field only after the tick', async () => {
    await setTries(1)
    await confirm(journey, portal)
    const window = await journey.browser.waitForTab('pin.html')
    await window.waitFor('[data-testid="pin-last"]')
    const isOff = () =>
      window.evaluate(`document.querySelector(${JSON.stringify(CONTROLS.pinField)}).disabled`)
    expect(await isOff()).toBe(true)
    await window.click('[data-testid="pin-agree"]')
    expect(await isOff()).toBe(false)
    await typePin(journey.browser, PIN)
    await window.click(CONTROLS.pinConfirm)
    await fileInPage(portal)
    await consentGone(journey.browser)
  })

  it('a locked token offers no field and no signature', async () => {
    await setTries(0)
    await pressSign(portal)
    const consent = await consentWindow(journey.browser)
    await consent.waitFor('[data-testid="certificate-obstacle"]')
    expect(await consent.text('[data-testid="certificate-obstacle"]')).toContain('已锁定')
    const off = `document.querySelector(${JSON.stringify(CONTROLS.consentSign)}).getAttribute('aria-disabled')`
    expect(await consent.evaluate(off)).toBe('true')
    expect((await journey.browser.addresses()).filter((address) => address.includes('pin.html'))).toEqual([])
    await consent.click(CONTROLS.consentRefuse)
    await consentGone(journey.browser)
  })
})
