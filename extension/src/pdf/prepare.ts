/** Builds the tail that makes a file ready for its signature; the file's own bytes are never touched. */
import { SuoqiaoError } from '@suoqiao/protocol'
import { bytesOf, latin1 } from './bytes.js'
import type { PdfDocument } from './document.js'
import type { PageLeaf } from './page-tree.js'
import { refusal, withTypedErrors } from './refusal.js'
import { encodeSeal, imageDict, type SealAppearance, sealForm } from './seal-appearance.js'
import { TailWriter } from './tail-writer.js'
import { dateString, textString } from './text-string.js'
import {
  asInteger,
  dictOf,
  isArray,
  isRef,
  nameOf,
  numberOf,
  type PdfDict,
  type PdfRef,
  type PdfValue,
} from './value.js'

export interface SignatureRequest {
  /** 0-based. */
  readonly page: number
  /** [x1, y1, x2, y2] in points of the page's default user space. */
  readonly rect: readonly [number, number, number, number]
  /** null: an invisible signature. */
  readonly appearance: SealAppearance | null
  readonly fieldName: string
  readonly signerName: string
  readonly reason?: string
  readonly location?: string
  readonly signingTime: Date
  /** Room for the CMS, bytes. */
  readonly maxCmsBytes: number
}

export interface PreparedSignature {
  /** What is appended to the original; /Contents still holds zeros. */
  readonly tail: Uint8Array<ArrayBuffer>
  /** Of the whole future file: [0, before, after, rest]. */
  readonly byteRange: readonly [number, number, number, number]
  /** Where the `<` of /Contents stands in the future file, bytes. */
  readonly contentsOffset: number
  readonly maxCmsBytes: number
  /** The name in the file: the asked one, or with a number when it was taken. */
  readonly fieldName: string
}

const byteRangeSlot = '[0 0000000000 0000000000 0000000000]'
/** A caller's mistake must not become gigabytes of zeros. */
const maxRoomBytes = 1024 * 1024
/** Print and Locked (ISO 32000-1 table 165): the seal prints and cannot be dragged away. */
const widgetFlags = 132

/** Throws pdf.certified, pdf.too-complex, pdf.damaged, or request.invalid for a page or rectangle that does not exist. */
export function prepareSignature(
  document: PdfDocument,
  request: SignatureRequest,
): Promise<PreparedSignature> {
  return withTypedErrors(async () => {
    if (document.certified === 1) throw refusal('pdf.certified', 'docmdp-1')
    const leaf = requireValid(document, request)
    const { store } = document.parts
    const tail = new TailWriter(store.xref, store.source.size)
    const field = tail.newRef()
    const signature = tail.newRef()
    const fieldName = freeName(document, request.fieldName)
    const seal = request.appearance ? putSeal(tail, document, request, request.appearance, leaf) : null
    const slot = putSignature(tail, signature, request)
    tail.put(field, widgetDict(request, leaf, fieldName, signature, seal))
    await linkToPage(tail, document, leaf, field)
    await linkToForm(tail, document, field)
    return placeByteRange(tail.finish(), store.source.size, slot, request.maxCmsBytes, fieldName)
  })
}

function requireValid(document: PdfDocument, request: SignatureRequest): PageLeaf {
  const leaf = document.parts.leaves[request.page]
  if (!leaf) throw new SuoqiaoError('request.invalid', { reason: 'page' })
  const [x1, y1, x2, y2] = request.rect
  const isPlace = request.rect.every((corner) => Number.isFinite(corner) && Math.abs(corner) < 1e6)
  if (!isPlace || x2 <= x1 || y2 <= y1) throw new SuoqiaoError('request.invalid', { reason: 'rect' })
  const room = request.maxCmsBytes
  if (!Number.isInteger(room) || room < 1 || room > maxRoomBytes) {
    throw new SuoqiaoError('request.invalid', { reason: 'max-cms-bytes' })
  }
  return leaf
}

/** §12.7.3.2: a partial name has no period, and no two fields share a full name. */
function freeName(document: PdfDocument, wanted: string): string {
  const base = wanted.replaceAll('.', '_') || 'Signature'
  const taken = new Set(document.parts.fields.map((field) => field.name.split('.')[0]))
  let name = base
  for (let number = 2; taken.has(name); number++) name = `${base}_${number}`
  return name
}

function putSeal(
  tail: TailWriter,
  document: PdfDocument,
  request: SignatureRequest,
  appearance: SealAppearance,
  leaf: PageLeaf,
): PdfRef {
  const seal = encodeSeal(appearance, document.pdfA?.part === 1)
  const mask = seal.alpha ? tail.newRef() : null
  if (mask && seal.alpha) tail.putStream(mask, imageDict(seal, 'DeviceGray', null), seal.alpha)
  const image = tail.newRef()
  tail.putStream(image, imageDict(seal, 'DeviceRGB', mask), seal.rgb)
  const [x1, y1, x2, y2] = request.rect
  const form = sealForm(image, x2 - x1, y2 - y1, leaf.info.rotate)
  const ref = tail.newRef()
  tail.putStream(ref, form.dict, form.content)
  return ref
}

interface Slot {
  readonly contents: number
  readonly byteRange: number
}

function putSignature(tail: TailWriter, ref: PdfRef, request: SignatureRequest): Slot {
  const zeros: PdfValue = { kind: 'string', raw: bytesOf(`<${'0'.repeat(request.maxCmsBytes * 2)}>`) }
  const dict = dictOf({
    Type: nameOf('Sig'),
    Filter: nameOf('Adobe.PPKLite'),
    SubFilter: nameOf('ETSI.CAdES.detached'),
    ByteRange: { kind: 'string', raw: bytesOf(byteRangeSlot) },
    Contents: zeros,
    M: dateString(request.signingTime),
    Name: textString(request.signerName),
  })
  if (request.reason) dict.set('Reason', textString(request.reason))
  if (request.location) dict.set('Location', textString(request.location))
  const { offset, bytes } = tail.put(ref, dict)
  const text = latin1(bytes, 0, 512)
  return {
    byteRange: offset + text.indexOf(byteRangeSlot),
    contents: offset + text.indexOf('/Contents <') + 10,
  }
}

function widgetDict(
  request: SignatureRequest,
  leaf: PageLeaf,
  fieldName: string,
  signature: PdfRef,
  seal: PdfRef | null,
): PdfDict {
  const dict = dictOf({
    Type: nameOf('Annot'),
    Subtype: nameOf('Widget'),
    FT: nameOf('Sig'),
    T: textString(fieldName),
    F: numberOf(widgetFlags),
    P: leaf.ref,
    // §12.7.4.5: a signature that is not to be seen has a rectangle of zero size.
    Rect: (seal ? request.rect : [0, 0, 0, 0]).map(numberOf),
    V: signature,
  })
  if (seal) dict.set('AP', dictOf({ N: seal }))
  return dict
}

/** Extends the page's annotation list in its own object when it has one of its own, else in the page. */
async function linkToPage(
  tail: TailWriter,
  document: PdfDocument,
  leaf: PageLeaf,
  field: PdfRef,
): Promise<void> {
  const { store, leaves } = document.parts
  const annots = leaf.dict.get('Annots')
  const list = (await store.resolve(annots)) ?? []
  if (!isArray(list)) throw refusal('pdf.damaged', 'annots')
  const isShared = (ref: PdfRef) =>
    leaves.some((other) => other !== leaf && refNum(other.dict.get('Annots')) === ref.num)
  const own = isRef(annots) ? await store.load(annots.num, annots.gen) : null
  if (isRef(annots) && own && isArray(own.value) && !isShared(annots)) tail.put(annots, [...list, field])
  else tail.put(leaf.ref, new Map(leaf.dict).set('Annots', [...list, field]))
}

function refNum(value: PdfValue | undefined): number | undefined {
  return isRef(value) ? value.num : undefined
}

/** Adds the field and SigFlags 3: signatures exist, and only appending keeps them (§12.7.2). */
async function linkToForm(tail: TailWriter, document: PdfDocument, field: PdfRef): Promise<void> {
  const { store, form } = document.parts
  const fields = form?.get('Fields')
  const list = (await store.resolve(fields)) ?? []
  if (!isArray(list)) throw refusal('pdf.damaged', 'fields')
  const nextForm: PdfDict = new Map(form ?? [])
  const ownList = isRef(fields) ? await store.load(fields.num, fields.gen) : null
  const hasOwnList = isRef(fields) && isArray(ownList?.value)
  if (hasOwnList) tail.put(fields, [...list, field])
  else nextForm.set('Fields', [...list, field])
  if (hasOwnList && asInteger(form?.get('SigFlags')) === 3) return
  await putForm(tail, document, nextForm.set('SigFlags', numberOf(3)))
}

/** The form lives in its own object or inside the catalog. */
async function putForm(tail: TailWriter, document: PdfDocument, nextForm: PdfDict): Promise<void> {
  const { store, catalog, form } = document.parts
  const place = catalog.get('AcroForm')
  const own = isRef(place) ? await store.load(place.num, place.gen) : null
  if (isRef(place) && own && own.value === form) tail.put(place, nextForm)
  else tail.put(store.xref.root, new Map(catalog).set('AcroForm', nextForm))
}

function placeByteRange(
  tail: Uint8Array<ArrayBuffer>,
  baseSize: number,
  slot: Slot,
  maxCmsBytes: number,
  fieldName: string,
): PreparedSignature {
  const after = slot.contents + maxCmsBytes * 2 + 2
  const byteRange = [0, slot.contents, after, baseSize + tail.length - after] as const
  const text = `[${byteRange.join(' ')}]`.padEnd(byteRangeSlot.length)
  tail.set(bytesOf(text), slot.byteRange - baseSize)
  return { tail, byteRange, contentsOffset: slot.contents, maxCmsBytes, fieldName }
}
