// @vitest-environment node
/** Every bad file of the issue in the consent window: refused in a sentence before anybody can press 签章, or signed; never altered. */
import { errors } from '@suoqiao/protocol'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { classicPdf, pageTree } from '../pdf/hand-made-pdf'
import { plainPdf, SigningStand } from '../pdf/signing-stand'
import { consentOnTheTable, installCanvasDouble, opensslSign, type TableOptions } from './consent-stand'

let stand: SigningStand
let plain: Uint8Array

beforeAll(async () => {
  installCanvasDouble()
  stand = new SigningStand()
  plain = await plainPdf(1)
})
afterAll(() => stand.remove())

const own = (bytes: Uint8Array) => new Uint8Array(bytes)
const catalog = (entries: string) => `<< /Type /Catalog /Pages 2 0 R ${entries} >>`

/** A real page and a stream nobody shows, so large that the file has this many bytes more. */
function largePdf(bytes: number): Uint8Array {
  return classicPdf({
    ...pageTree(),
    4: `<< /Length ${bytes} >>\nstream\n${'x'.repeat(bytes)}\nendstream`,
  })
}

const refused: readonly (readonly [string, string, () => Uint8Array])[] = [
  ['an empty file', 'pdf.not-a-pdf', () => Buffer.alloc(0)],
  ['a truncated file', 'pdf.damaged', () => plain.subarray(0, plain.length >> 1)],
  ['an encrypted file', 'pdf.encrypted', () => stand.qpdf(plain, '--encrypt', 'user', 'owner', '256', '--')],
  [
    'an XFA form',
    'pdf.xfa',
    () => classicPdf({ ...pageTree(), 1: catalog('/AcroForm << /Fields [] /XFA (x) >>') }),
  ],
  [
    'a file whose author allows no change (DocMDP P=1)',
    'pdf.certified',
    () =>
      classicPdf({
        ...pageTree(),
        1: catalog('/Perms << /DocMDP 4 0 R >>'),
        4: '<< /Type /Sig /Reference [<< /TransformMethod /DocMDP /TransformParams << /P 1 >> >>] >>',
      }),
  ],
  [
    'a file that contains itself',
    'pdf.too-complex',
    () => classicPdf({ ...pageTree(), 2: '<< /Type /Pages /Kids [2 0 R] /Count 1 >>' }),
  ],
]

/** Opens the window; the bytes given are kept apart, to compare with afterwards. */
async function open(bytes: Uint8Array, options: Partial<TableOptions> = {}) {
  const file = own(bytes)
  const before = Buffer.from(file)
  const table = consentOnTheTable({ file, ...options })
  await table.consent.open()
  return { ...table, isUntouched: () => before.equals(Buffer.from(file)) }
}

describe('a bad PDF in the consent window', () => {
  it.each(refused)('%s is refused with %s, in Chinese, and stays as it is', async (_what, code, make) => {
    const table = await open(make())
    const { consent } = table
    expect(consent.fatal.value).toBe(code)
    expect(errors[code as keyof typeof errors].say).toMatch(/[\u4e00-\u9fff].*。$/)
    consent.drawnPages.value = new Set([0])
    await consent.press({ isTrusted: true })
    await consent.leave()
    expect(table.of('session.consent')).toEqual([])
    expect(table.of('pdf.sign')).toEqual([])
    expect(table.of('job.finish')).toMatchObject([{ outcome: 'failed', error: { code } }])
    expect(table.saved).toEqual([])
    expect(table.isUntouched()).toBe(true)
    consent.stop()
  })

  async function signedIn(bytes: Uint8Array, job: TableOptions['job'] = {}): Promise<Buffer> {
    const table = await open(bytes, {
      job: { limitBytes: null, ...job },
      answers: {
        'pdf.sign': async (given: { params: never }) => ({ cms: await opensslSign(stand, given.params) }),
      },
    })
    const { consent } = table
    consent.drawnPages.value = new Set([0])
    consent.gate.rearm()
    await vi.waitFor(() => expect(consent.gate.closedBecause.value).toBeNull(), { timeout: 15_000 })
    await consent.press({ isTrusted: true })
    expect(consent.failure.value).toBeNull()
    expect(table.isUntouched()).toBe(true)
    consent.stop()
    const signed = Buffer.from(await (table.saved[0] as Blob).arrayBuffer())
    expect(signed.subarray(0, bytes.length).equals(Buffer.from(bytes))).toBe(true)
    return signed
  }

  it('a file of 50 MB is signed where the portal takes it', async () => {
    const signed = await signedIn(largePdf(50 * 1024 * 1024))
    expect(stand.pdfsig(signed)[0]).toContain('Signature is Valid')
  }, 60_000)

  it('a file of 50 MB is called too large where the portal takes 5 MB', async () => {
    const table = await open(largePdf(50 * 1024 * 1024))
    const { preparation, gate } = table.consent
    await vi.waitFor(() => expect(preparation.state.value.error).toBe('pdf.too-large'), { timeout: 15_000 })
    expect(gate.closedBecause.value).not.toBeNull()
    expect(table.isUntouched()).toBe(true)
    table.consent.stop()
  }, 60_000)

  it('a file that is signed already keeps its signature, and both hold', async () => {
    const first = await signedIn(plain)
    const verdicts = stand.pdfsig(await signedIn(first))
    expect(verdicts).toHaveLength(2)
    for (const verdict of verdicts) expect(verdict).toContain('Signature is Valid')
  }, 60_000)
})
