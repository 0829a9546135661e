/** Reads one cross-reference section, a classic table with its trailer or a cross-reference stream. */
import type { ByteSource } from './byte-source.js'
import { readIndirectObject } from './indirect-object.js'
import { maxTableBytes, type WorkBudget } from './limits.js'
import { ObjectParser, WindowEnd } from './object-parser.js'
import { refusal } from './refusal.js'
import { readStreamData } from './stream-data.js'
import { asInteger, asName, isArray, isDict, type PdfDict } from './value.js'
import { SectionEntries, type XrefEntry } from './xref-entries.js'

export type XrefKind = 'table' | 'stream'

export interface XrefSection {
  readonly kind: XrefKind
  /** Where the section starts, bytes. */
  readonly offset: number
  readonly entries: ReadonlyMap<number, XrefEntry>
  readonly trailer: PdfDict
}

export async function readXrefSection(
  source: ByteSource,
  offset: number,
  budget: WorkBudget,
): Promise<XrefSection> {
  if (offset <= 0 || offset >= source.size) throw refusal('pdf.damaged', 'startxref-outside-file')
  const head = new ObjectParser(await source.read(offset, 64), 0, true)
  head.skipSpace()
  if (head.startsWith('xref')) return readTable(source, offset, budget)
  return readXrefStream(source, offset, budget)
}

async function readTable(source: ByteSource, offset: number, budget: WorkBudget): Promise<XrefSection> {
  for (let window = 16 * 1024; ; window *= 8) {
    const bytes = await source.read(offset, Math.min(window, maxTableBytes))
    const isWhole = offset + bytes.length >= source.size
    try {
      const parser = new ObjectParser(bytes, 0, isWhole)
      const entries = parseTable(parser, budget)
      const trailer = parser.value()
      if (!isDict(trailer)) throw refusal('pdf.damaged', 'trailer')
      budget.spendParsed(Math.ceil(parser.position / 4))
      return { kind: 'table', offset, entries, trailer }
    } catch (thrown) {
      if (!(thrown instanceof WindowEnd)) throw thrown
      if (window >= maxTableBytes) throw refusal('pdf.too-complex', 'xref-size')
      budget.spendParsed(Math.ceil(bytes.length / 4))
    }
  }
}

function parseTable(parser: ObjectParser, budget: WorkBudget): Map<number, XrefEntry> {
  const section = new SectionEntries()
  parser.skipSpace()
  parser.takeWord('xref')
  for (;;) {
    parser.skipSpace()
    const first = parser.takeDigits()
    if (first === undefined) break
    parser.skipSpace()
    const count = parser.takeDigits()
    if (count === undefined) throw refusal('pdf.damaged', 'xref-subsection')
    budget.spendEntries(count)
    for (let index = 0; index < count; index++) section.add(first + index, parseRow(parser))
  }
  if (!parser.takeWord('trailer')) throw refusal('pdf.damaged', 'xref-entry')
  return section.list
}

function parseRow(parser: ObjectParser): XrefEntry {
  parser.skipSpace()
  const offset = parser.takeDigits()
  parser.skipSpace()
  const gen = parser.takeDigits()
  parser.skipSpace()
  if (offset === undefined || gen === undefined || gen > 65_535) throw refusal('pdf.damaged', 'xref-entry')
  if (parser.takeWord('n')) return { kind: 'plain', offset, gen }
  if (parser.takeWord('f')) return { kind: 'free', gen }
  throw refusal('pdf.damaged', 'xref-entry')
}

async function readXrefStream(source: ByteSource, offset: number, budget: WorkBudget): Promise<XrefSection> {
  const object = await readIndirectObject(source, offset, budget)
  const dict = object.value
  if (!isDict(dict) || object.dataOffset === null || asName(dict.get('Type')) !== 'XRef') {
    throw refusal('pdf.damaged', 'startxref-no-xref')
  }
  const length = asInteger(dict.get('Length'))
  if (length === undefined) throw refusal('pdf.damaged', 'xref-stream-length')
  const data = await readStreamData(source, { dict, dataOffset: object.dataOffset, length }, budget)
  return { kind: 'stream', offset, entries: parseRows(dict, data, budget), trailer: dict }
}

function integers(dict: PdfDict, key: string, fallback: number[]): number[] {
  const value = dict.get(key)
  if (value === undefined) return fallback
  const numbers = isArray(value) ? value.map(asInteger) : []
  if (numbers.length === 0 || numbers.some((number) => number === undefined || number < 0)) {
    throw refusal('pdf.damaged', 'xref-stream-array')
  }
  return numbers as number[]
}

function parseRows(dict: PdfDict, data: Uint8Array, budget: WorkBudget): Map<number, XrefEntry> {
  const widths = integers(dict, 'W', [])
  const index = integers(dict, 'Index', [0, asInteger(dict.get('Size')) ?? 0])
  const rowBytes = widths.reduce((sum, width) => sum + width, 0)
  if (widths.length < 3 || rowBytes === 0 || widths.some((width) => width > 8) || index.length % 2 !== 0) {
    throw refusal('pdf.damaged', 'xref-stream-shape')
  }
  const section = new SectionEntries()
  let position = 0
  for (let pair = 0; pair < index.length; pair += 2) {
    const first = index[pair] ?? 0
    const count = index[pair + 1] ?? 0
    if (position + count * rowBytes > data.length) throw refusal('pdf.damaged', 'xref-stream-short')
    budget.spendEntries(count)
    for (let row = 0; row < count; row++, position += rowBytes) {
      section.add(first + row, rowEntry(data, position, widths))
    }
  }
  return section.list
}

function rowEntry(data: Uint8Array, position: number, widths: readonly number[]): XrefEntry {
  const [typeWidth = 0, secondWidth = 0, thirdWidth = 0] = widths
  const type = typeWidth === 0 ? 1 : field(data, position, typeWidth)
  const second = field(data, position + typeWidth, secondWidth)
  const third = field(data, position + typeWidth + secondWidth, thirdWidth)
  if (type === 1) return { kind: 'plain', offset: second, gen: third }
  if (type === 2) return { kind: 'packed', container: second, index: third }
  // Type 0 is free; unknown types are references to null (§7.5.8.3).
  return { kind: 'free', gen: third }
}

function field(data: Uint8Array, position: number, width: number): number {
  let number = 0
  for (let index = 0; index < width; index++) number = number * 256 + (data[position + index] ?? 0)
  return number
}
