/** The practice token signs on the practice portal and nowhere else, and practice is never taken for the real thing. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPracticePortal, undertakingPdf } from '../../bridge/src/practice/create-practice-portal.js'
import type { Tab } from '../../installers/checkout/browsers/browser.js'
import {
  CONTROLS,
  consentGone,
  consentWindow,
  openUndertaking,
  pressSign,
} from '../../installers/checkout/practice/steps.js'
import { hostilePortal, serveSite } from '../portals/hostile-portal.js'
import { browsersUnderTest, type Journey, startJourney } from './journey.js'

const PORTAL = 'jsy.xjjs.gov.cn'

describe.each(browsersUnderTest())('in %s the practice token', (kind) => {
  let journey: Journey

  beforeAll(async () => {
    journey = await startJourney(kind, {
      sites: {
        [PORTAL]: createPracticePortal({ uploads: '/nonexistent', isOwnHost: (host) => host === PORTAL }),
      },
    })
  })
  afterAll(() => journey.stop())

  const rows = (consent: Tab) =>
    consent.evaluate<string[]>(
      `[...document.querySelectorAll('[data-testid="certificate-option"], [data-testid="holder"]')].map((row) => row.textContent)`,
    )

  it('is offered on the practice portal, labelled, under a banner that says it has no legal force', async () => {
    const portal = await journey.openPortal()
    await pressSign(portal)
    const consent = await consentWindow(journey.browser)
    await expect.poll(async () => (await rows(consent)).length, { timeout: 15_000 }).toBe(4)
    const practice = (await rows(consent)).filter((row) => row.includes('练习设备'))
    expect(practice).toHaveLength(2)
    expect(await consent.text('[data-testid="practice-banner"]')).toContain('没有法律效力')
    await consent.click(CONTROLS.consentRefuse)
    await consentGone(journey.browser)
    await portal.close()
  })

  it('is not offered on the real portal’s origin', async () => {
    const portal = await journey.browser.open(`http://${PORTAL}/#/first-entry/undertaking`)
    await openUndertaking(portal)
    await pressSign(portal)
    const consent = await consentWindow(journey.browser)
    await expect.poll(async () => (await rows(consent)).length, { timeout: 15_000 }).toBe(2)
    expect((await rows(consent)).join()).not.toContain('练习')
    await consent.click(CONTROLS.consentRefuse)
    await consentGone(journey.browser)
    await portal.close()
  })

  it('is refused by the bridge for a page that only looks like the practice portal', async () => {
    const site = await serveSite(hostilePortal({ pdf: undertakingPdf() }))
    try {
      const portal = await journey.browser.open(`${site.origin}/`)
      await pressSign(portal)
      const consent = await consentWindow(journey.browser)
      const jobId = new URL(await consent.url()).searchParams.get('job')
      const said = await consent.evaluate<string>(signAnyway(String(jobId)))
      expect(said).toBe('practice.only-practice-portal')
      await consent.click(CONTROLS.consentRefuse)
      await consentGone(journey.browser)
      await portal.close()
    } finally {
      await site.stop()
    }
  })
})

/** Asks past the window's own choice, as a broken or altered extension would: the bridge must refuse by itself. */
function signAnyway(jobId: string): string {
  const docDigest = createHash('sha256').update('whatever').digest('hex')
  return `(async () => {
    const runtime = (globalThis.browser ?? globalThis.chrome).runtime
    const ask = async (method, params, consent) => {
      const inner = { jobId: ${JSON.stringify(jobId)}, method, params, ...(consent ? { consent } : {}) }
      const reply = await runtime.sendMessage({ id: crypto.randomUUID(), method: 'job.call', params: inner })
      if (reply.error) throw reply.error
      return reply.result
    }
    try {
      const { tokens } = await ask('token.list', {})
      const token = tokens.find((one) => one.practice)
      const { certificates } = await ask('token.certificates', { tokenId: token.id })
      const params = {
        docDigest: '${docDigest}', hashAlg: 'SHA-256', tokenId: token.id, certificateId: certificates[0].id,
        file: { name: 'x.pdf', size: 9, pages: 1 }, level: 'B-B', maxCmsBytes: 8000,
      }
      const canonical = (value) => Array.isArray(value) ? '[' + value.map(canonical).join(',') + ']'
        : value && typeof value === 'object'
          ? '{' + Object.keys(value).sort().map((key) => JSON.stringify(key) + ':' + canonical(value[key])).join(',') + '}'
          : JSON.stringify(value)
      const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonical(params)))
      const paramsSha256 = [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      const binding = { method: 'pdf.sign', certificateId: params.certificateId, paramsSha256 }
      const { ticket } = await ask('session.consent', binding)
      await ask('pdf.sign', params, ticket)
      return 'signed'
    } catch (error) {
      return error.code ?? String(error)
    }
  })()`
}
