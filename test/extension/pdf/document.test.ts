// @vitest-environment node
/** What an opened document says about itself before it is signed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesSource, openPdf } from '../../../extension/src/pdf/index.js'
import { classicPdf, pageTree } from './hand-made-pdf.js'
import { plainPdf, SigningStand } from './signing-stand.js'

let stand: SigningStand
let plain: Uint8Array
beforeAll(async () => {
  stand = new SigningStand()
  plain = await plainPdf(3)
}, 60_000)
afterAll(() => stand.remove())

describe('facts of a file', () => {
  test('Pages inherit size and turn, and report what is seen', async () => {
    const file = classicPdf({
      ...pageTree(),
      2: '<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 600 800] /Rotate 90 >>',
      3: '<< /Type /Page /Parent 2 0 R >>',
      4: '<< /Type /Page /Parent 2 0 R /CropBox [100 100 300 700] /Rotate 0 >>',
    })
    const { pages } = await openPdf(bytesSource(file))
    expect(pages).toEqual([
      {
        index: 0,
        width: 800,
        height: 600,
        rotate: 90,
        mediaBox: [0, 0, 600, 800],
        cropBox: [0, 0, 600, 800],
      },
      {
        index: 1,
        width: 200,
        height: 600,
        rotate: 0,
        mediaBox: [0, 0, 600, 800],
        cropBox: [100, 100, 300, 700],
      },
    ])
  })

  test('What could make the document look different is listed', async () => {
    const file = classicPdf({
      1: '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (x) >> /OCProperties << >> /AcroForm << /Fields [5 0 R] >> >>',
      2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots [4 0 R] /Resources << /Font << /A 6 0 R >> >> >>',
      4: '<< /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] /F 2 >>',
      5: '<< /FT /Tx /T (name) /V (x) >>',
      6: '<< /Type /Font /Subtype /TrueType /BaseFont /SimSun >>',
    })
    const { warnings } = await openPdf(bytesSource(file))
    expect(warnings.map(({ code }) => code).sort()).toEqual([
      'annotations',
      'form-fields',
      'hidden-annotations',
      'javascript',
      'open-action',
      'optional-content',
      'unembedded-fonts',
    ])
  })

  test('A second object of the same number that no table lists is named, ordinary files have none', async () => {
    const codes = async (file: Uint8Array) =>
      (await openPdf(bytesSource(file))).warnings.map(({ code }) => code)
    const hidden = Buffer.from(classicPdf(pageTree())).toString('latin1')
    const at = hidden.indexOf('xref')
    const shadow = '3 0 obj\n<< /Type /Page >>\nendobj\n'
    const file = `${hidden.slice(0, at)}${shadow}${hidden.slice(at)}`.replace(
      `startxref\n${at}`,
      `startxref\n${at + shadow.length}`,
    )
    expect(await codes(Buffer.from(file, 'latin1'))).toContain('duplicate-objects')
    const ordinary = [
      plain,
      await plainPdf(3, true),
      await stand.sign(await plainPdf(3, true)),
      stand.qpdf(plain, '--linearize'),
      stand.qpdf(plain, '--linearize', '--object-streams=generate'),
    ]
    for (const one of ordinary) expect(await codes(one)).not.toContain('duplicate-objects')
  })

  test('Earlier signatures are named', async () => {
    const document = await openPdf(bytesSource(await stand.sign(plain)))
    expect(document.signatures).toMatchObject([
      { fieldName: '签章', signerName: '测试单位', coversWholeFile: true },
    ])
  })
})
