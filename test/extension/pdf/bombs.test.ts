// @vitest-environment node
/** Small files that ask for endless work: each is refused in less than two seconds. */
import { zlibSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { bytesSource, openPdf, verifyPdf } from '../../../extension/src/pdf/index.js'
import { cpuMs } from './cpu-time.js'
import { classicPdf, pageTree } from './hand-made-pdf.js'

/** Cross-reference streams of `rows` rows each, chained by /Prev; deflate makes each a few kilobytes. */
function xrefBomb(sections: number, rows: number): Uint8Array {
  const data = zlibSync(new Uint8Array(rows * 3), { level: 9 })
  let out = Buffer.from('%PDF-1.5\n')
  let previous = -1
  for (let section = 0; section < sections; section++) {
    const prev = previous < 0 ? '' : `/Prev ${previous}`
    const dict = `<< /Type /XRef /Size ${rows + 9} /W [1 1 1] /Index [0 ${rows}] /Root 1 0 R /Filter /FlateDecode /Length ${data.length} ${prev} >>`
    previous = out.length
    out = Buffer.concat([
      out,
      Buffer.from(`9 0 obj\n${dict}\nstream\n`),
      data,
      Buffer.from('\nendstream\nendobj\n'),
    ])
  }
  return Buffer.concat([out, Buffer.from(`startxref\n${previous}\n%%EOF\n`)])
}

/** One list that many fields have as their kids: little syntax, a product of work. */
function sharedKids(fields: number, kids: number): Uint8Array {
  const numbers = Array.from({ length: fields }, (_, index) => 10 + index)
  const objects: Record<number, string> = {
    ...pageTree(),
    1: `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${numbers.map((num) => `${num} 0 R`).join(' ')}] >> >>`,
    4: `[${'5 0 R '.repeat(kids)}]`,
    5: '<< /Subtype /Widget >>',
  }
  for (const num of numbers) objects[num] = '<< /T (a) /FT /Tx /Kids 4 0 R >>'
  return classicPdf(objects)
}

describe('files that ask for endless work', () => {
  test.each([
    ['forty tables of a hundred thousand rows', () => xrefBomb(40, 100_000)],
    ['one table of eight million rows', () => xrefBomb(1, 8_000_000)],
    ['thousands of fields that share thousands of widgets', () => sharedKids(2000, 2000)],
    ['a megabyte of opening brackets', () => classicPdf({ ...pageTree(), 3: '['.repeat(1_000_000) })],
    ['a megabyte of opening parentheses', () => classicPdf({ ...pageTree(), 3: '('.repeat(1_000_000) })],
  ])(
    '%s',
    async (_, make) => {
      const file = make()
      for (const read of [openPdf, verifyPdf]) {
        const started = cpuMs()
        const code = await read(bytesSource(file)).then(
          () => 'ok',
          (thrown: { code: string }) => thrown.code,
        )
        expect(code).toMatch(/^pdf\.(too-complex|damaged)$/)
        // verifyPdf may spend four times as much; the worker ends it after ten seconds.
        expect(cpuMs() - started).toBeLessThan(read === openPdf ? 2000 : 8000)
      }
    },
    60_000,
  )
})
