/** The main journey in both real browsers: a portal page, a token, a signed PDF that independent programs accept. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { undertakingPdf } from '../../bridge/src/practice/create-practice-portal.js'
import type { Tab } from '../../installers/checkout/browsers/browser.js'
import {
  CONTROLS,
  chooseCertificate,
  consentGone,
  consentWindow,
  fileInPage,
  pressSign,
  submit,
} from '../../installers/checkout/practice/steps.js'
import { browsersUnderTest, type Journey, startJourney } from './journey.js'
import { byteRanges, opensslVerifies, pdfsig, qpdfChecks } from './verdicts.js'

const LIMIT = 5 * 1024 * 1024

describe.each(browsersUnderTest())('in %s the clerk', (kind) => {
  let journey: Journey

  beforeAll(async () => {
    journey = await startJourney(kind)
  })
  afterAll(() => journey.stop())

  /** What tells the two certificates of the test's company apart in the list, beside their issuer. */
  const KEY_WORDS = { rsa: 'RSA 2048', ec: 'P-256' } as const

  /** From the press in the panel to the signed file in the page. */
  async function signOnce(portal: Tab, key: 'rsa' | 'ec', sizeBefore = 0): Promise<number> {
    await journey.answer(`pin ${journey.hsm?.pin}`)
    await pressSign(portal)
    const consent = await consentWindow(journey.browser)
    expect(await consent.text('[data-testid="origin"]')).toContain(journey.stack.origin)
    expect(await consent.text('[data-testid="file"]')).toContain('.pdf')
    await chooseCertificate(consent, '测试证书机构', KEY_WORDS[key])
    await consent.click(CONTROLS.consentSign)
    const { size } = await fileInPage(portal, sizeBefore)
    await consentGone(journey.browser)
    return size
  }

  async function expectAccepted(path: string, count: number): Promise<void> {
    const ca = journey.hsm?.caPem ?? ''
    const verdicts = await pdfsig(path, ca, join(journey.dir, `nss-${count}-${Date.now()}`))
    expect(verdicts).toHaveLength(count)
    for (const { signature, certificate } of verdicts) {
      expect(signature).toBe('Signature is Valid.')
      expect(certificate).toBe('Certificate is Trusted.')
    }
    expect(verdicts.at(-1)?.wholeDocument).toBe(true)
    expect(await opensslVerifies(path, ca, join(journey.dir, `cms-${Date.now()}`))).toBe(count)
    expect(await qpdfChecks(path)).toContain('No syntax or stream encoding errors found')
  }

  it.each([
    ['an RSA-2048 key', 'rsa'],
    ['a P-256 key', 'ec'],
  ] as const)('signs with %s that cannot leave the token, and the portal gets the file', async (_, key) => {
    const portal = await journey.openPortal()
    const size = await signOnce(portal, key)
    expect(size).toBeLessThan(LIMIT)
    const receipt = await submit(portal)
    expect(receipt.signatures).toBe('1')
    const path = journey.received(receipt)
    const [signed, original] = [await readFile(path), undertakingPdf()]
    expect(signed.length).toBe(size)
    expect(signed.subarray(0, original.length).equals(original)).toBe(true)
    await expectAccepted(path, 1)
    await portal.close()
  })

  it('signs the same file twice, and both signatures hold', async () => {
    let path = ''
    for (const key of ['rsa', 'ec'] as const) {
      const portal = await journey.openPortal()
      if (path !== '') await portal.setFiles('#upload', [path])
      const before = path === '' ? 0 : (await readFile(path)).length
      await signOnce(portal, key, before)
      path = journey.received(await submit(portal))
      await portal.close()
    }
    expect(byteRanges(await readFile(path))).toHaveLength(2)
    await expectAccepted(path, 2)
  })
})
