/** Decodes the streams we must read ourselves: cross-reference, object and metadata streams. */
import type { ByteSource } from './byte-source.js'
import { inflate } from './inflate.js'
import { maxInflatedBytes, type WorkBudget } from './limits.js'
import { ObjectParser } from './object-parser.js'
import { undoPredictor } from './predictor.js'
import { refusal } from './refusal.js'
import { asName, isArray, type PdfDict, type PdfValue } from './value.js'

/**
 * `length` is the resolved /Length, bytes. Throws `pdf.damaged` when `endstream` is not where it must be and
 * `pdf.unsupported` for filters other than FlateDecode.
 */
export async function readStreamData(
  source: ByteSource,
  place: { readonly dict: PdfDict; readonly dataOffset: number; readonly length: number },
  budget: WorkBudget,
): Promise<Uint8Array> {
  const { dict, dataOffset, length } = place
  if (length < 0 || dataOffset + length > source.size) throw refusal('pdf.damaged', 'stream-length')
  if (length > maxInflatedBytes) throw refusal('pdf.too-complex', 'stream-size')
  await requireEndstream(source, dataOffset + length)
  const raw = await source.read(dataOffset, length)
  const filters = listOf(dict.get('Filter'))
  const parms = listOf(dict.get('DecodeParms'))
  if (filters.length > 2) throw refusal('pdf.unsupported', 'filter-chain')
  return filters.reduce<Uint8Array>((data, filter, index) => decode(data, filter, parms[index], budget), raw)
}

function decode(data: Uint8Array, filter: PdfValue, parms: PdfValue | undefined, budget: WorkBudget) {
  if (asName(filter) !== 'FlateDecode') throw refusal('pdf.unsupported', 'filter')
  return undoPredictor(inflate(data, budget), parms)
}

function listOf(value: PdfValue | undefined): readonly PdfValue[] {
  if (value === undefined || value === null) return []
  return isArray(value) ? value : [value]
}

async function requireEndstream(source: ByteSource, offset: number): Promise<void> {
  const bytes = await source.read(offset, 32)
  const parser = new ObjectParser(bytes, 0, true)
  parser.skipSpace()
  if (!parser.takeWord('endstream')) throw refusal('pdf.damaged', 'stream-end')
}
