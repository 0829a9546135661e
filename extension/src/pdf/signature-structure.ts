/** Rules R1–R3: what a signature covers, and that its /Contents is exactly the hole in it (signature wrapping, USF). */
import { latin1, sameBytes } from './bytes.js'
import { readByteRange } from './existing-signatures.js'
import type { FormField } from './form-fields.js'
import type { ObjectStore } from './object-store.js'
import { stringBytes } from './text-string.js'
import { isDict, isRef, isString, type PdfDict, type PdfValue } from './value.js'

export type StructureFault =
  | 'byte-range-shape'
  | 'byte-range-start'
  | 'byte-range-outside'
  | 'gap-not-contents'
  | 'contents-elsewhere'
  | 'contents-padding'
  | 'end-not-revision'
  | 'revision-unreadable'

export interface SignatureExtent {
  readonly structure: 'ok' | StructureFault
  readonly byteRange: readonly number[]
  /** End of the signed revision, bytes. */
  readonly end: number
  /** DER without the zero padding; empty when there is no readable /Contents. */
  readonly cms: Uint8Array<ArrayBuffer>
}

export async function readExtent(
  store: ObjectStore,
  field: FormField,
  dict: PdfDict,
): Promise<SignatureExtent> {
  const byteRange = await readByteRange(store, dict)
  const [, , second = 0, rest = 0] = byteRange
  const contents = dict.get('Contents')
  const padded = isString(contents) ? stringBytes(contents) : new Uint8Array()
  const cms = padded.subarray(0, derLength(padded))
  const extent = { byteRange, end: second + rest, cms }
  const fault = rangeFault(store, byteRange) ?? (await placeFault(store, field, byteRange, contents))
  if (fault) return { ...extent, structure: fault }
  // Bytes after the DER value are outside the digest: only zeros have no meaning there.
  if (cms.length === 0 || padded.subarray(cms.length).some((byte) => byte !== 0)) {
    return { ...extent, structure: 'contents-padding' }
  }
  return { ...extent, structure: (await endsRevision(store, extent.end)) ? 'ok' : 'end-not-revision' }
}

/** R1: [0, a, b, c] of whole numbers, the hole inside, the end inside the file. */
function rangeFault(store: ObjectStore, byteRange: readonly number[]): StructureFault | undefined {
  if (byteRange.length !== 4 || byteRange.some((number) => !Number.isInteger(number) || number < 0)) {
    return 'byte-range-shape'
  }
  const [start = 0, before = 0, after = 0, rest = 0] = byteRange
  if (start !== 0) return 'byte-range-start'
  return before >= after || after + rest > store.source.size ? 'byte-range-outside' : undefined
}

/** R2: the bytes in the hole are this dictionary's own /Contents token, at its own place in the file. */
async function placeFault(
  store: ObjectStore,
  field: FormField,
  byteRange: readonly number[],
  contents: PdfValue | undefined,
): Promise<StructureFault | undefined> {
  const [, before = 0, after = 0] = byteRange
  if (!isString(contents) || contents.raw[0] !== 60 || contents.raw.length !== after - before)
    return 'gap-not-contents'
  if (!sameBytes(await store.source.read(before, after - before), contents.raw)) return 'gap-not-contents'
  const place = isRef(field.value) ? field.value : field.ref
  const object = await store.load(place.num, place.gen)
  const isInside =
    object && isDict(object.value) && object.start >= 0 && object.start < before && after < object.end
  return isInside ? undefined : 'contents-elsewhere'
}

/** R3: what was signed ended as a whole file. */
async function endsRevision(store: ObjectStore, end: number): Promise<boolean> {
  return /%%EOF(?:\r\n|\n|\r)?$/.test(latin1(await store.source.read(Math.max(0, end - 7), Math.min(7, end))))
}

/** Length of the DER value at the start, bytes; 0 when there is none. */
function derLength(bytes: Uint8Array): number {
  const first = bytes[1] ?? 0
  if (bytes[0] !== 0x30) return 0
  if (first < 128) return 2 + first
  const count = first - 128
  if (count < 1 || count > 4) return 0
  let length = 0
  for (let index = 0; index < count; index++) length = length * 256 + (bytes[2 + index] ?? 0)
  return 2 + count + length <= bytes.length ? 2 + count + length : 0
}
