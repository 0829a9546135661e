/** Undoes the PNG and TIFF predictors of ISO 32000-1 §7.4.4.4 (PNG: RFC 2083 §6). */
import { refusal } from './refusal.js'
import { asInteger, isDict, type PdfValue } from './value.js'

interface Layout {
  readonly predictor: number
  readonly rowBytes: number
  readonly pixelBytes: number
}

/** `parms` is the DecodeParms dictionary of one filter, all values direct. */
export function undoPredictor(data: Uint8Array, parms: PdfValue | undefined): Uint8Array {
  const layout = layoutOf(parms)
  if (!layout) return data
  return layout.predictor === 2 ? undoTiff(data, layout) : undoPng(data, layout)
}

function layoutOf(parms: PdfValue | undefined): Layout | undefined {
  if (!isDict(parms)) return undefined
  const read = (key: string, fallback: number) => (parms.has(key) ? asInteger(parms.get(key)) : fallback)
  const predictor = read('Predictor', 1)
  if (predictor === 1) return undefined
  const columns = read('Columns', 1)
  const colors = read('Colors', 1)
  const bits = read('BitsPerComponent', 8)
  const isPng = predictor !== undefined && predictor >= 10 && predictor <= 15
  if (!isPng && predictor !== 2) throw refusal('pdf.damaged', 'predictor')
  if (!columns || !colors || !bits || columns < 1 || columns > 1 << 24 || colors < 1 || colors > 32) {
    throw refusal('pdf.damaged', 'predictor')
  }
  // Cross-reference and object streams are byte data; other depths occur in images only, which we never decode.
  if (bits !== 8) throw refusal('pdf.unsupported', 'predictor-depth')
  return { predictor: isPng ? 10 : 2, rowBytes: columns * colors, pixelBytes: colors }
}

function undoTiff(data: Uint8Array, { rowBytes, pixelBytes }: Layout): Uint8Array {
  const out = data.slice()
  for (let row = 0; row < out.length; row += rowBytes) {
    const end = Math.min(out.length, row + rowBytes)
    for (let at = row + pixelBytes; at < end; at++) out[at] = (out[at] ?? 0) + (out[at - pixelBytes] ?? 0)
  }
  return out
}

/** Each row carries its own filter byte; the Predictor number only says that PNG filters are used. */
function undoPng(data: Uint8Array, { rowBytes, pixelBytes }: Layout): Uint8Array {
  const rows = Math.floor(data.length / (rowBytes + 1))
  if (rows * (rowBytes + 1) !== data.length) throw refusal('pdf.damaged', 'predictor-rows')
  const out = new Uint8Array(rows * rowBytes)
  let above = new Uint8Array(rowBytes)
  for (let row = 0; row < rows; row++) {
    const from = row * (rowBytes + 1)
    const line = out.subarray(row * rowBytes, (row + 1) * rowBytes)
    line.set(data.subarray(from + 1, from + 1 + rowBytes))
    undoRow(line, above, pixelBytes, data[from] ?? 5)
    above = line
  }
  return out
}

/** `above` is the finished row before, zeros for the first. Bytes left of the row count as zero. */
function undoRow(line: Uint8Array, above: Uint8Array, pixelBytes: number, filter: number): void {
  const predict = pngFilters[filter]
  if (!predict) throw refusal('pdf.damaged', 'predictor-filter')
  for (let column = 0; column < line.length; column++) {
    const before = column - pixelBytes
    line[column] = (line[column] ?? 0) + predict(line[before] ?? 0, above[column] ?? 0, above[before] ?? 0)
  }
}

/** None, Sub, Up, Average, Paeth. */
const pngFilters: readonly ((left: number, up: number, upLeft: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  paeth,
]

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft
  const toLeft = Math.abs(estimate - left)
  const toUp = Math.abs(estimate - up)
  const toUpLeft = Math.abs(estimate - upLeft)
  if (toLeft <= toUp && toLeft <= toUpLeft) return left
  return toUp <= toUpLeft ? up : upLeft
}
