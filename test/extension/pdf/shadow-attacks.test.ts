// @vitest-environment node
/** Manipulations known from the shadow-attack and CMS-attack papers; pdfsig calls most of them valid. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkCms } from '../../../extension/src/pdf/cms-check.js'
import {
  bytesSource,
  digestOf,
  insertCms,
  openPdf,
  prepareSignature,
  verifyPdf,
} from '../../../extension/src/pdf/index.js'
import { classicPdf, pageTree } from './hand-made-pdf.js'
import { appendUpdate, type Update } from './incremental-update.js'
import { defaultRequest, plainPdf, SigningStand } from './signing-stand.js'

let stand: SigningStand
beforeAll(() => {
  stand = new SigningStand()
}, 60_000)
afterAll(() => stand.remove())

const verify = async (bytes: Uint8Array) =>
  (await verifyPdf(bytesSource(bytes), { verifyCms: checkCms })).signatures[0]

/** A page with content, a text field and a reference to an object that does not exist. */
function preparedDocument(extra = ''): Uint8Array {
  return classicPdf({
    1: `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] >> ${extra} >>`,
    2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents [4 0 R 40 0 R] /Annots [5 0 R] >>',
    4: '<< /Length 9 >>\nstream\n0 0 9 9 re\nendstream'.replace('9 >>', '10 >>'),
    5: '<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (100) /Rect [0 0 90 20] >>',
    6: '<< /Type /Sig /Reference [<< /TransformMethod /DocMDP /TransformParams << /P 2 >> >>] >>',
  })
}

const overlay = '<< /Length 10 >>\nstream\n0 0 9 9 re\nendstream'

describe('a signed file that somebody goes on with', () => {
  test.each<[string, Update, string, string]>([
    [
      'new content appears where the signed page already pointed',
      { added: { 40: overlay } },
      'rejected',
      'prepared-object',
    ],
    ['the content stream is replaced', { added: { 4: overlay } }, 'rejected', 'object-changed'],
    ['the content stream is taken away', { freed: [4] }, 'rejected', 'object-removed'],
    ['an object moves into the signed bytes', { pointed: { 80: 9 } }, 'rejected', 'entry-into-signed'],
    [
      'the page tree is replaced',
      {
        edits: { '/Kids': (text) => text.replace('/Kids [3 0 R]', '/Kids [90 0 R]') },
        added: { 90: pageTree()[3] ?? '' },
      },
      'rejected',
      'object-changed',
    ],
    [
      'a form value changes',
      { edits: { '(amount)': (text) => text.replace('(100)', '(999)') } },
      'info',
      'form-value-changed',
    ],
    [
      'a form field moves',
      { edits: { '(amount)': (text) => text.replace('90 20', '590 720') } },
      'rejected',
      'object-changed',
    ],
    ['the trailer gains a key', { trailer: '/Encrypted false' }, 'rejected', 'trailer-key'],
  ])('It is told when %s', async (_, update, level, code) => {
    const signed = await stand.sign(preparedDocument())
    const signature = await verify(appendUpdate(signed, update))
    expect(signature).toMatchObject({ structure: 'ok', changedAfter: level, coversWholeFile: false })
    expect(signature?.changes).toContain(code)
  })

  test('It is told when an unsigned field with a picture is laid over the page as if it were a signature', async () => {
    const signed = await stand.sign(await plainPdf())
    const widget = '<< /Type /Annot /Subtype /Widget /FT /Sig /T (x) /Rect [0 0 500 500] >>'
    const edits = { '/Annots': (text: string) => text.replace(/(\/Annots\s*\[[^\]]*)\]/, '$1 90 0 R]') }
    const signature = await verify(appendUpdate(signed, { edits, added: { 90: widget } }))
    expect(signature).toMatchObject({ changedAfter: 'rejected', changes: ['field-added'] })
  })

  test('Notes are not permitted in a document certified for filling only', async () => {
    const signed = await stand.sign(preparedDocument('/Perms << /DocMDP 6 0 R >>'))
    const note = '<< /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] >>'
    const edits = { '/Annots': (text: string) => text.replace(/(\/Annots\s*\[[^\]]*)\]/, '$1 90 0 R]') }
    const signature = await verify(appendUpdate(signed, { edits, added: { 90: note } }))
    expect(signature).toMatchObject({
      changedAfter: 'rejected',
      changes: ['annotation-added', 'not-permitted'],
    })
  })

  test('A document security store may be added', async () => {
    const signed = await stand.sign(await plainPdf())
    const edits = { '/Type /Catalog': (text: string) => text.replace('<<', '<< /DSS 90 0 R') }
    const signature = await verify(
      appendUpdate(signed, { edits, added: { 90: '<< /Type /DSS /Certs [] >>' } }),
    )
    expect(signature).toMatchObject({ changedAfter: 'allowed', changes: ['validation-data-added'] })
  })

  test('A signature moved into another file is noticed', async () => {
    const one = await stand.sign(await plainPdf(1))
    const other = await plainPdf(1)
    const source = bytesSource(other)
    const prepared = await prepareSignature(await openPdf(source), {
      ...defaultRequest,
      page: 0,
      reason: '其他',
    })
    const cms = (await verify(one))?.cms ?? new Uint8Array()
    const forged = Buffer.concat([other, insertCms(prepared, cms)])
    expect((await verify(forged))?.cmsVerdict).toMatchObject({ verdict: 'message-digest' })
  })
})

describe('a CMS that proves something else', () => {
  const withCms = async (make: (content: Buffer) => Uint8Array) => {
    const file = await plainPdf()
    const source = bytesSource(file)
    const prepared = await prepareSignature(await openPdf(source), { ...defaultRequest, maxCmsBytes: 16_384 })
    await digestOf(source, prepared)
    const [, before, after] = prepared.byteRange
    const whole = Buffer.concat([file, prepared.tail])
    const cms = make(Buffer.concat([whole.subarray(0, before), whole.subarray(after)]))
    const signature = await verify(Buffer.concat([file, insertCms(prepared, cms)]))
    return signature?.structure === 'ok'
      ? (signature.cmsVerdict as { verdict: string }).verdict
      : signature?.structure
  }

  test('It may not carry the content itself', async () => {
    expect(await withCms((content) => stand.cms(content, 'rsa', '-nodetach'))).toBe('content-inside')
  })
  test('It must have signed attributes', async () => {
    expect(await withCms((content) => stand.cms(content, 'rsa', '-noattr'))).toBe('no-signed-attributes')
  })
  test('It must have exactly one signer', async () => {
    const second = ['-signer', 'ec.pem', '-inkey', 'ec.key']
    expect(await withCms((content) => stand.cms(content, 'rsa', ...second))).toBe('signer-count')
  })
  test('It must carry the signer certificate', async () => {
    expect(await withCms((content) => stand.cms(content, 'rsa', '-nocerts'))).toBe('signer-certificate')
  })
  test('It must be a CMS', async () => {
    expect(await withCms(() => new Uint8Array([0x30, 3, 2, 1, 1]))).toBe('not-signed-data')
    expect(await withCms(() => new Uint8Array([1, 2, 3]))).toBe('contents-padding')
  })
})
