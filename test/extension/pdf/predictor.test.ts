// @vitest-environment node
/** Cross-reference streams packed with every predictor a writer may choose. */
import { zlibSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { bytesSource, openPdf } from '../../../extension/src/pdf/index.js'
import { pageTree } from './hand-made-pdf.js'

type Predict = (left: number, up: number, upLeft: number) => number

const paeth: Predict = (left, up, upLeft) => {
  const candidates = [left, up, upLeft].map((value) => [Math.abs(left + up - upLeft - value), value] as const)
  return candidates.reduce((best, next) => (next[0] < best[0] ? next : best))[1]
}
const filters: Predict[] = [() => 0, (left) => left, (_, up) => up, (left, up) => (left + up) >> 1, paeth]

/** RFC 2083 §6: every row gets its filter byte and the differences. */
function packPng(rows: number[][], filterOf: (row: number) => number): number[] {
  return rows.flatMap((row, index) => {
    const above = rows[index - 1] ?? []
    const filter = filterOf(index)
    const predict = filters[filter] ?? (() => 0)
    return [
      filter,
      ...row.map((byte, at) => (byte - predict(row[at - 1] ?? 0, above[at] ?? 0, above[at - 1] ?? 0)) & 255),
    ]
  })
}

const packTiff = (rows: number[][]) =>
  rows.flatMap((row) => row.map((byte, at) => (byte - (row[at - 1] ?? 0)) & 255))

function streamPdf(predictor: number, pack: (rows: number[][]) => number[]): Uint8Array {
  let out = '%PDF-1.5\n'
  const rows = [[0, 0, 0, 255]]
  for (const [num, body] of Object.entries(pageTree())) {
    rows.push([1, out.length >> 8, out.length & 255, 0])
    out += `${num} 0 obj\n${body}\nendobj\n`
  }
  const data = Buffer.from(zlibSync(Uint8Array.from(pack(rows))))
  const parms = `/Filter /FlateDecode /DecodeParms << /Predictor ${predictor} /Columns 4 >>`
  const dict = `<< /Type /XRef /Size 5 /W [1 2 1] /Index [0 4] /Root 1 0 R ${parms} /Length ${data.length} >>`
  const end = `\nendstream\nendobj\nstartxref\n${out.length}\n%%EOF\n`
  return Buffer.concat([Buffer.from(`${out}4 0 obj\n${dict}\nstream\n`), data, Buffer.from(end)])
}

describe('a cross-reference stream', () => {
  test.each([0, 1, 2, 3, 4])('is read with PNG filter %i on every row', async (filter) => {
    const file = streamPdf(10 + filter, (rows) => packPng(rows, () => filter))
    expect((await openPdf(bytesSource(file))).pages).toHaveLength(1)
  })
  test('is read with another PNG filter on each row', async () => {
    const file = streamPdf(15, (rows) => packPng(rows, (row) => row % 5))
    expect((await openPdf(bytesSource(file))).pages).toHaveLength(1)
  })
  test('is read with the TIFF predictor', async () => {
    expect((await openPdf(bytesSource(streamPdf(2, packTiff)))).pages).toHaveLength(1)
  })
  test('is refused with a predictor that does not exist', async () => {
    const unknown = openPdf(bytesSource(streamPdf(7, (rows) => rows.flat())))
    await expect(unknown).rejects.toMatchObject({ code: 'pdf.damaged' })
  })
})
