/** Reads one `N G obj … endobj` at a known offset (ISO 32000-1 §7.3.10), never searching for it. */
import type { ByteSource } from './byte-source.js'
import { maxObjectBytes, type WorkBudget } from './limits.js'
import { ObjectParser, WindowEnd } from './object-parser.js'
import { refusal } from './refusal.js'
import { isDict, type PdfValue } from './value.js'

export interface IndirectObject {
  readonly num: number
  readonly gen: number
  readonly value: PdfValue
  /** Where the stream's data starts in the file, bytes; null when the object is no stream. */
  readonly dataOffset: number | null
  /** Extent of the syntax in the file, bytes: from the object number to `endobj` or `stream`. */
  readonly start: number
  readonly end: number
}

const firstWindowBytes = 2048

/** Throws `pdf.damaged` when there is no such object at `offset`. */
export async function readIndirectObject(
  source: ByteSource,
  offset: number,
  budget: WorkBudget,
): Promise<IndirectObject> {
  if (offset < 0 || offset >= source.size) throw refusal('pdf.damaged', 'offset-outside-file')
  for (let window = firstWindowBytes; ; window *= 8) {
    const bytes = await source.read(offset, Math.min(window, maxObjectBytes))
    const isWhole = offset + bytes.length >= source.size
    try {
      return parseObject(new ObjectParser(bytes, 0, isWhole), offset, budget)
    } catch (thrown) {
      if (!(thrown instanceof WindowEnd)) throw thrown
      budget.spendParsed(bytes.length)
      if (window >= maxObjectBytes) throw refusal('pdf.too-complex', 'object-size')
    }
  }
}

function parseObject(parser: ObjectParser, offset: number, budget: WorkBudget): IndirectObject {
  parser.skipSpace()
  const start = offset + parser.position
  const num = parser.takeDigits()
  parser.skipSpace()
  const gen = parser.takeDigits()
  parser.skipSpace()
  if (num === undefined || gen === undefined || !parser.takeWord('obj'))
    throw refusal('pdf.damaged', 'object-header')
  const value = parser.value()
  parser.skipSpace()
  const end = offset + parser.position
  budget.spendParsed(parser.position)
  if (parser.takeWord('endobj')) return { num, gen, value, dataOffset: null, start, end }
  if (!isDict(value) || !parser.takeWord('stream')) throw refusal('pdf.damaged', 'object-end')
  return { num, gen, value, dataOffset: offset + streamStart(parser), start, end }
}

/** §7.3.8.1: the keyword is followed by CR LF or LF, and not by CR alone. */
function streamStart(parser: ObjectParser): number {
  const first = parser.bytes[parser.position]
  const second = parser.bytes[parser.position + 1]
  if (first === 10) return parser.position + 1
  if (first === 13 && second === 10) return parser.position + 2
  if (second === undefined && !parser.isWhole) throw new WindowEnd()
  throw refusal('pdf.damaged', 'stream-start')
}
