// @vitest-environment node
/** Opening: facts of good files, typed refusals of all others, and no file that takes long. */

import fc from 'fast-check'
import { zlibSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesSource, openPdf, prepareSignature } from '../../../extension/src/pdf/index.js'
import { cpuMs } from './cpu-time.js'
import { classicPdf, pageTree } from './hand-made-pdf.js'
import { defaultRequest, plainPdf, SigningStand } from './signing-stand.js'

let stand: SigningStand
let plain: Uint8Array
beforeAll(async () => {
  stand = new SigningStand()
  plain = await plainPdf(3)
}, 60_000)
afterAll(() => stand.remove())

/** ok, or the refusal's code; anything that is no refusal fails the test. */
async function outcome(bytes: Uint8Array): Promise<string> {
  const started = cpuMs()
  const result = await openPdf(bytesSource(bytes))
    .then((document) => prepareSignature(document, defaultRequest))
    .then(
      () => 'ok',
      (thrown: { name: string; code: string }) =>
        thrown.name === 'SuoqiaoError' ? thrown.code : `raw ${thrown}`,
    )
  expect(cpuMs() - started).toBeLessThan(2000)
  return result
}

const text = (value: string) => Buffer.from(value, 'latin1')

describe('files that are refused, with the reason the clerk reads', () => {
  test.each([
    ['an empty file', () => text(''), 'pdf.not-a-pdf'],
    ['a web page', () => text('<!doctype html><title>x</title>'), 'pdf.not-a-pdf'],
    ['junk before the header', () => Buffer.concat([text('junk\n'), plain]), 'pdf.damaged'],
    ['junk after the end', () => Buffer.concat([plain, text('<!-- served in 3 ms -->')]), 'pdf.damaged'],
    ['an encrypted file', () => stand.qpdf(plain, '--encrypt', '', 'owner', '256', '--'), 'pdf.encrypted'],
    [
      'an XFA form',
      () =>
        classicPdf({
          ...pageTree(),
          1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /XFA (x) >> >>',
        }),
      'pdf.xfa',
    ],
    [
      'no pages',
      () => classicPdf({ 1: '<< /Type /Catalog /Pages 2 0 R >>', 2: '<< /Type /Pages /Kids [] /Count 0 >>' }),
      'pdf.damaged',
    ],
    [
      'a page tree that contains itself',
      () => classicPdf({ ...pageTree(), 2: '<< /Type /Pages /Kids [2 0 R] /Count 1 >>' }),
      'pdf.too-complex',
    ],
    [
      'a page listed twice',
      () => classicPdf({ ...pageTree(), 2: '<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>' }),
      'pdf.too-complex',
    ],
    [
      'a wrong page count',
      () => classicPdf({ ...pageTree(), 2: '<< /Type /Pages /Kids [3 0 R] /Count 7 >>' }),
      'pdf.too-complex',
    ],
    [
      'a key given twice',
      () =>
        classicPdf({
          ...pageTree(),
          3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /MediaBox [0 0 5 5] >>',
        }),
      'pdf.damaged',
    ],
    [
      'an author who forbids signing',
      () =>
        classicPdf({
          ...pageTree(),
          1: '<< /Type /Catalog /Pages 2 0 R /Perms << /DocMDP 4 0 R >> >>',
          4: '<< /Type /Sig /Reference [<< /TransformMethod /DocMDP /TransformParams << /P 1 >> >>] >>',
        }),
      'pdf.certified',
    ],
    [
      'arrays in arrays without end',
      () =>
        classicPdf({
          ...pageTree(),
          1: `<< /Type /Catalog /Pages 2 0 R /X ${'['.repeat(5000)}${']'.repeat(5000)} >>`,
        }),
      'pdf.too-complex',
    ],
    [
      'references in a circle',
      () =>
        classicPdf({
          ...pageTree(),
          3: '<< /Type /Page /Parent 2 0 R /MediaBox 4 0 R >>',
          4: '5 0 R',
          5: '4 0 R',
        }),
      'pdf.too-complex',
    ],
    [
      'a form that contains itself',
      () =>
        classicPdf({
          ...pageTree(),
          1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>',
          4: '<< /T (a) /Kids [4 0 R] >>',
        }),
      'pdf.too-complex',
    ],
    ['a /Prev that points to itself', () => classicPdf(pageTree(), { prevToSelf: true }), 'pdf.too-complex'],
    [
      'a startxref outside the file',
      () =>
        text(
          Buffer.from(plain)
            .toString('latin1')
            .replace(/startxref\s+\d+/, 'startxref\n99999999'),
        ),
      'pdf.damaged',
    ],
    [
      'a startxref of zero',
      () =>
        text(
          Buffer.from(plain)
            .toString('latin1')
            .replace(/startxref\s+\d+/, 'startxref\n0'),
        ),
      'pdf.damaged',
    ],
    [
      'an object at another place',
      () =>
        text(
          Buffer.from(plain)
            .toString('latin1')
            .replace(/^1 0 obj/m, '8 0 obj'),
        ),
      'pdf.damaged',
    ],
  ])('%s', async (_, make, expected) => {
    expect(await outcome(make())).toBe(expected)
  })

  test('A file cut off anywhere is called damaged', async () => {
    for (const file of [plain, await plainPdf(3, true), stand.qpdf(plain, '--linearize')]) {
      for (let tenth = 1; tenth < 10; tenth++) {
        const cut = file.subarray(0, Math.floor((file.length * tenth) / 10))
        expect(await outcome(cut)).toBe('pdf.damaged')
      }
    }
  })

  test('A deep page tree is refused, a moderately deep one is signed', async () => {
    const chain = (depth: number) => {
      const objects: Record<number, string> = { 1: '<< /Type /Catalog /Pages 2 0 R >>' }
      for (let level = 2; level < depth + 2; level++)
        objects[level] = `<< /Type /Pages /Kids [${level + 1} 0 R] /Count 1 >>`
      objects[depth + 2] = `<< /Type /Page /Parent ${depth + 1} 0 R /MediaBox [0 0 100 100] >>`
      return classicPdf(objects)
    }
    expect(await outcome(chain(40))).toBe('ok')
    expect(await outcome(chain(5000))).toBe('pdf.too-complex')
  })

  test('A decompression bomb is refused quickly', async () => {
    const bomb = zlibSync(new Uint8Array(90 * 1024 * 1024), { level: 9 })
    const dict = `<< /Type /XRef /Size 5 /W [1 2 1] /Root 1 0 R /Filter /FlateDecode /Length ${bomb.length} >>`
    const head = text(`%PDF-1.5\n9 0 obj\n${dict}\nstream\n`)
    const file = Buffer.concat([head, bomb, text('\nendstream\nendobj\nstartxref\n9\n%%EOF\n')])
    expect(await outcome(file)).toBe('pdf.too-complex')
  })

  test('More than 500 revisions are refused', async () => {
    const base = Buffer.from(classicPdf(pageTree())).toString('latin1')
    let previous = Number(/startxref\s+(\d+)/.exec(base)?.[1])
    let file = base
    for (let revision = 0; revision < 501; revision++) {
      const at = file.length
      file += `xref\n0 0\ntrailer\n<< /Size 4 /Root 1 0 R /Prev ${previous} >>\nstartxref\n${at}\n%%EOF\n`
      previous = at
    }
    expect(await outcome(text(file))).toBe('pdf.too-complex')
  })

  test('Whatever is changed in a file, the answer is a typed refusal or a tail, and never late', async () => {
    const files = [plain, await plainPdf(2, true), await stand.sign(plain), stand.qpdf(plain, '--linearize')]
    const mutation = fc.record({
      file: fc.integer({ min: 0, max: files.length - 1 }),
      edits: fc.array(
        fc.tuple(
          fc.double({ min: 0, max: 0.999, noNaN: true }),
          fc.constantFrom(...'0R[]<>()/ \nx9'),
          fc.integer({ min: 0, max: 40 }),
        ),
        { minLength: 1, maxLength: 4 },
      ),
    })
    await fc.assert(
      fc.asyncProperty(mutation, async ({ file, edits }) => {
        let bytes = Buffer.from(files[file] ?? plain)
        for (const [place, char, remove] of edits) {
          const at = Math.floor(place * bytes.length)
          bytes = Buffer.concat([bytes.subarray(0, at), text(char), bytes.subarray(at + remove)])
        }
        const copy = Buffer.from(bytes)
        expect(await outcome(bytes)).toMatch(
          /^(ok|pdf\.(damaged|not-a-pdf|encrypted|xfa|certified|too-complex|unsupported))$/,
        )
        expect(Buffer.compare(bytes, copy)).toBe(0)
      }),
      { numRuns: 400, interruptAfterTimeLimit: 10_000 },
    )
  })
})
