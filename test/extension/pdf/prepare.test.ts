// @vitest-environment node
/** Signing as a whole, judged by poppler, openssl and qpdf. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkCms } from '../../../extension/src/pdf/cms-check.js'
import { bytesSource, openPdf, verifyPdf } from '../../../extension/src/pdf/index.js'
import { classicPdf, hybridPdf, pageTree } from './hand-made-pdf.js'
import { plainPdf, SigningStand } from './signing-stand.js'

let stand: SigningStand
beforeAll(() => {
  stand = new SigningStand()
}, 60_000)
afterAll(() => stand.remove())

/** Valid for poppler and for us, nothing of the original changed, qpdf no unhappier than before. */
async function expectGood(file: Uint8Array, signed: Uint8Array): Promise<void> {
  expect(Buffer.compare(signed.subarray(0, file.length), file)).toBe(0)
  const reports = stand.pdfsig(signed)
  for (const report of reports) {
    expect(report).toContain('Signature is Valid')
    expect(report).toContain('Certificate is Trusted')
  }
  expect(reports.at(-1)).toContain('Total document signed')
  expect(stand.qpdfCheck(signed)).toBeLessThanOrEqual(stand.qpdfCheck(file))
  const { signatures } = await verifyPdf(bytesSource(signed), { verifyCms: checkCms })
  expect(signatures).toHaveLength(reports.length)
  for (const { structure, cmsVerdict, changedAfter } of signatures) {
    expect([structure, cmsVerdict?.verdict]).toEqual(['ok', 'ok'])
    expect(['nothing', 'allowed']).toContain(changedAfter)
  }
}

const tailOf = (file: Uint8Array, signed: Uint8Array) =>
  Buffer.from(signed.subarray(file.length)).toString('latin1')

describe('signing a file', () => {
  test.each(['rsa', 'ec'] as const)(
    'A signature with a %s key is valid, trusted and covers the whole file',
    async (kind) => {
      const file = await plainPdf()
      await expectGood(file, await stand.sign(file, kind))
    },
  )

  test.each([
    ['with a classic table', () => plainPdf(3), 'table'],
    ['with object streams', () => plainPdf(3, true), 'stream'],
    ['linearized', async () => stand.qpdf(await plainPdf(5), '--linearize'), 'table'],
    [
      'linearized with object streams',
      async () => stand.qpdf(await plainPdf(5), '--linearize', '--object-streams=generate'),
      'stream',
    ],
    [
      'with object streams by qpdf',
      async () => stand.qpdf(await plainPdf(5), '--object-streams=generate'),
      'stream',
    ],
  ])('A file %s is signed twice in its own kind of table', async (_, make, kind) => {
    const file = await make()
    const once = await stand.sign(file, 'rsa')
    await expectGood(file, once)
    const twice = await stand.sign(once, 'ec', { page: 1 })
    await expectGood(once, twice)
    for (const tail of [tailOf(file, once), tailOf(once, twice)]) {
      expect(tail.includes('/Type /XRef')).toBe(kind === 'stream')
      expect(/^xref$/m.test(tail)).toBe(kind === 'table')
    }
  })

  test('A hybrid file is signed with a classic table and its hidden objects stay reachable', async () => {
    const file = hybridPdf()
    const signed = await stand.sign(file)
    await expectGood(file, signed)
    expect(/^xref$/m.test(tailOf(file, signed))).toBe(true)
  })

  test('Lists that are objects of their own are extended, other annotations and fields stay', async () => {
    const file = classicPdf({
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>',
      2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Annots 6 0 R >>',
      4: '<< /Fields 5 0 R /DA (/Helv 0 Tf) >>',
      5: '[7 0 R]',
      6: '[7 0 R]',
      7: '<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (1) /Rect [0 0 20 20] /P 3 0 R >>',
    })
    const signed = await stand.sign(file)
    await expectGood(file, signed)
    const twice = await stand.sign(signed, 'ec')
    await expectGood(signed, twice)
    const tail = tailOf(file, signed)
    expect(tail).toMatch(/\n5 0 obj\n\[7 0 R \d+ 0 R\]/)
    expect(tail).toMatch(/\n6 0 obj\n\[7 0 R \d+ 0 R\]/)
    expect(tail).toContain('/DA (/Helv 0 Tf)')
  })

  test('An annotation list shared by two pages does not put the seal on both', async () => {
    const file = classicPdf({
      ...pageTree(),
      2: '<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>',
      3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Annots 5 0 R >>',
      4: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Annots 5 0 R >>',
      5: '[]',
    })
    const signed = await stand.sign(file)
    await expectGood(file, signed)
    expect(tailOf(file, signed)).not.toMatch(/\n5 0 obj/)
  })

  test('An object with a generation number keeps it', async () => {
    const base = Buffer.from(classicPdf(pageTree())).toString('latin1')
    const aged = base.replace('3 0 obj', '3 2 obj').replace('[3 0 R]', '[3 2 R]')
    const file = Buffer.from(aged.replace(/(3 1\n\d{10}) 00000 n/, '$1 00002 n'), 'latin1')
    const signed = await stand.sign(file)
    await expectGood(file, signed)
    expect(tailOf(file, signed)).toMatch(/\n3 2 obj/)
  })

  test('An invisible signature has no size', async () => {
    const file = await plainPdf()
    const signed = await stand.sign(file, 'rsa', { appearance: null })
    await expectGood(file, signed)
    expect(tailOf(file, signed)).toContain('/Rect [0 0 0 0]')
  })

  test('A PDF/A-1 file gets a seal without transparency', async () => {
    const xmp = '<x:xmpmeta><rdf:li pdfaid:part="1" pdfaid:conformance="B"/></x:xmpmeta>'
    const file = classicPdf({
      ...pageTree(),
      1: '<< /Type /Catalog /Pages 2 0 R /Metadata 4 0 R >>',
      4: `<< /Type /Metadata /Subtype /XML /Length ${xmp.length} >>\nstream\n${xmp}\nendstream`,
    })
    expect((await openPdf(bytesSource(file))).pdfA).toEqual({ part: 1, conformance: 'B' })
    const signed = await stand.sign(file)
    await expectGood(file, signed)
    expect(tailOf(file, signed)).not.toContain('SMask')
  })
})

describe('where the seal stands', () => {
  /** Red above blue: upright means red on top on the screen. */
  const flag = {
    width: 10,
    height: 10,
    rgb: Uint8Array.from({ length: 300 }, (_, i) => (i < 150 ? [255, 0, 0] : [0, 0, 255])[i % 3] ?? 0),
    alpha: new Uint8Array(100).fill(255),
  }

  test.each([0, 90, 180, 270])('The seal is upright on a page turned by %i degrees', async (rotate) => {
    const page = `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Rotate ${rotate} >>`
    const file = classicPdf({ ...pageTree(), 3: page })
    const signed = await stand.sign(file, 'rsa', { appearance: flag, rect: [20, 10, 80, 50] })
    const name = stand.write(signed)
    execFileSync('pdftoppm', ['-r', '72', name, name])
    const { width, pixel } = readPpm(`${name}-1.ppm`)
    // The rectangle's middle in screen pixels, y down.
    const [x, y] = { 0: [50, 70], 90: [30, 50], 180: [150, 30], 270: [70, 150] }[rotate] ?? [0, 0]
    expect(width).toBe(rotate % 180 ? 100 : 200)
    expect(pixel(x ?? 0, (y ?? 0) - 10)).toEqual([255, 0, 0])
    expect(pixel(x ?? 0, (y ?? 0) + 10)).toEqual([0, 0, 255])
  })
})

function readPpm(name: string): { width: number; pixel: (x: number, y: number) => number[] } {
  const bytes = readFileSync(name)
  const [head, width = ''] = /^P6\s+(\d+)\s+\d+\s+255\s/.exec(bytes.subarray(0, 64).toString('latin1')) ?? [
    '',
    '',
  ]
  const pixel = (x: number, y: number) => {
    const at = head.length + (y * Number(width) + x) * 3
    return [...bytes.subarray(at, at + 3)]
  }
  return { width: Number(width), pixel }
}
