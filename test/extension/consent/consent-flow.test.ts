import { createHash } from 'node:crypto'
import { canonicalJson, SuoqiaoError } from '@suoqiao/protocol'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { plainPdf, SigningStand } from '../pdf/signing-stand'
import { madeUpCertificate, madeUpToken, withTokens } from '../ui/gallery/made-up'
import { consentOnTheTable, installCanvasDouble, opensslSign, type TableOptions } from './consent-stand'

const byHand = { isTrusted: true }
let stand: SigningStand
let file: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  installCanvasDouble()
  stand = new SigningStand()
  file = new Uint8Array(await plainPdf(1))
})
afterAll(() => stand.remove())

const fail = (code: ConstructorParameters<typeof SuoqiaoError>[0]) => () => {
  throw new SuoqiaoError(code)
}

/** Opened, drawn and past the quiet time: 签章 may be pressed. */
async function ready(options: Partial<TableOptions> = {}) {
  const table = consentOnTheTable({ file, ...options })
  const { consent } = table
  await consent.open()
  consent.drawnPages.value = new Set([0, 1, 2])
  consent.gate.rearm()
  await vi.waitFor(() => expect(consent.gate.closedBecause.value).toBeNull(), { timeout: 5000 })
  return table
}

const signedBy = (key: 'pdf.sign') => ({
  [key]: async (given: { params: never }) => ({ cms: await opensslSign(stand, given.params) }),
})

describe('pressing 签章', () => {
  it('signs exactly what was shown, keeps the file and hands it over', async () => {
    const table = await ready({ answers: signedBy('pdf.sign') })
    const shown = table.consent.preparation.state.value.prepared?.digest
    await table.consent.press(byHand)
    expect(table.consent.failure.value).toBeNull()
    const [order] = table.of('pdf.sign') as { params: { docDigest: string }; consent: string }[]
    expect(order?.params.docDigest).toBe(shown)
    expect(order?.consent).toBe('ticket-1')
    const signed = Buffer.from(await (table.saved[0] as Blob).arrayBuffer())
    expect(signed.subarray(0, file.length).equals(Buffer.from(file))).toBe(true)
    expect(stand.pdfsig(signed)[0]).toContain('Signature is Valid')
    expect(table.of('job.finish')).toEqual([{ jobId: 'job-1', outcome: 'signed' }])
    expect(table.consent.phase.value.kind).toBe('done')
  })

  it('binds the consent to the very parameters that are sent', async () => {
    const table = await ready({ answers: signedBy('pdf.sign') })
    await table.consent.press(byHand)
    const [ticket] = table.of('session.consent') as { params: { paramsSha256: string } }[]
    const [order] = table.of('pdf.sign') as { params: unknown }[]
    const expected = createHash('sha256').update(canonicalJson(order?.params)).digest('hex')
    expect(ticket?.params.paramsSha256).toBe(expected)
  })

  it('does nothing when a program presses it', async () => {
    const table = await ready()
    await table.consent.press({ isTrusted: false })
    expect(table.of('session.consent')).toEqual([])
  })

  it('throws the file away when the signature is of something else', async () => {
    const other = async () => ({
      cms: Buffer.from(stand.cms(Buffer.from('other'), 'rsa')).toString('base64'),
    })
    const table = await ready({ answers: { 'pdf.sign': other } })
    await table.consent.press(byHand)
    expect(table.consent.failure.value?.code).toBe('pdf.verify-failed')
    expect(table.saved).toEqual([])
    expect(table.of('job.finish')).toEqual([])
  })

  it('lets the user try again after a cancelled password, once the quiet time is over', async () => {
    const table = await ready({ answers: { 'pdf.sign': fail('token.pin-cancelled') } })
    await table.consent.press(byHand)
    expect(table.consent.failure.value?.code).toBe('token.pin-cancelled')
    expect(table.consent.gate.closedBecause.value).toBe('consent.off.quiet')
    await vi.waitFor(() => expect(table.consent.gate.closedBecause.value).toBeNull(), { timeout: 3000 })
    await table.consent.leave()
    expect(table.of('job.finish')).toEqual([{ jobId: 'job-1', outcome: 'refused' }])
  })

  it('stays off after an error that repeating cannot mend, and tells the page why', async () => {
    const table = await ready({ answers: { 'pdf.sign': fail('token.pin-locked') } })
    await table.consent.press(byHand)
    await new Promise((later) => setTimeout(later, 700))
    expect(table.consent.gate.closedBecause.value).toBe('consent.off.file')
    await table.consent.leave()
    expect(table.of('job.finish')).toMatchObject([{ outcome: 'failed', error: { code: 'token.pin-locked' } }])
    expect(table.isClosed()).toBe(true)
  })
})

describe('before 签章', () => {
  it('computes the digest anew when the seal moves, and is off meanwhile', async () => {
    const { consent } = await ready()
    const before = consent.preparation.state.value.prepared?.digest
    const place = consent.place.value
    if (!place) throw new Error('the seal has no place')
    consent.place.value = { ...place, x: place.x - 30 }
    expect(consent.gate.closedBecause.value).toBe('consent.off.digest')
    expect(consent.preparation.state.value).toMatchObject({ stale: true, prepared: { digest: before } })
    await vi.waitFor(() => expect(consent.gate.closedBecause.value).toBeNull(), { timeout: 3000 })
    expect(consent.preparation.state.value.prepared?.digest).not.toBe(before)
  })

  it('is off until the page with the seal was drawn', async () => {
    const { consent } = await ready({ pages: 1 })
    consent.drawnPages.value = new Set()
    expect(consent.gate.closedBecause.value).toBe('consent.off.draw')
  })

  it('says that the file is too large before anything is signed', async () => {
    const table = consentOnTheTable({ file, job: { limitBytes: file.length + 1000 } })
    await table.consent.open()
    await vi.waitFor(() => expect(table.consent.preparation.state.value.error).toBe('pdf.too-large'), {
      timeout: 5000,
    })
    expect(table.consent.gate.closedBecause.value).toBe('consent.off.file')
  })

  it('refuses a file that is no PDF, and tells the page on closing', async () => {
    const table = consentOnTheTable({ file: new TextEncoder().encode('no pdf at all') })
    await table.consent.open()
    expect(table.consent.fatal.value).toBe('pdf.not-a-pdf')
    await table.consent.leave()
    expect(table.of('job.finish')).toMatchObject([{ outcome: 'failed', error: { code: 'pdf.not-a-pdf' } }])
  })

  it('says that an earlier signature is whole, and broken when the file was altered', async () => {
    const signed = new Uint8Array(await stand.sign(file))
    const good = consentOnTheTable({ file: signed })
    await good.consent.open()
    expect(good.consent.facts.value?.signatures).toEqual([{ verdict: 'whole' }])
    const altered = signed.slice()
    const at = Buffer.from(altered).indexOf('/MediaBox')
    altered[at + 12] = (altered[at + 12] ?? 48) === 48 ? 49 : 48
    const bad = consentOnTheTable({ file: altered })
    await bad.consent.open()
    expect(bad.consent.facts.value?.signatures).toEqual([{ verdict: 'broken' }])
  })

  it('notices a UKey that is plugged in later', async () => {
    let plugged = false
    const found = withTokens([[madeUpToken(), [madeUpCertificate()]]])
    const list = () => (plugged ? found['token.list'] : { tokens: [], failed: [] })
    const table = consentOnTheTable({ file, answers: { 'token.list': list } })
    await table.consent.open()
    await vi.waitFor(() => expect(table.consent.tokens.view.value.state).toBe('ready'))
    expect(table.consent.gate.closedBecause.value).toBe('consent.off.token')
    plugged = true
    table.tell('token.changed')
    await vi.waitFor(() => expect(table.consent.offer.value).not.toBeNull())
    table.consent.stop()
  })

  it('never lists the practice UKey on a real portal', async () => {
    const both = withTokens([[madeUpToken({ practice: true }), [madeUpCertificate()]]])
    const table = consentOnTheTable({ file, answers: both })
    await table.consent.open()
    await vi.waitFor(() => expect(table.consent.tokens.view.value.state).toBe('ready'))
    expect(table.consent.tokens.view.value.offers).toEqual([])
    table.consent.stop()
  })
})
