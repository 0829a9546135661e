/** The signatures a file already carries, and what its author permits (DocMDP, ISO 32000-1 §12.8.2.2). */
import type { FormField } from './form-fields.js'
import type { ObjectStore } from './object-store.js'
import { readText } from './text-string.js'
import { asInteger, asName, type PdfDict } from './value.js'

export interface ExistingSignature {
  readonly fieldName: string
  /** As written; may be malformed, verifyPdf judges it. */
  readonly byteRange: readonly number[]
  readonly subFilter: string | undefined
  /** /Name and /M: claims inside the file, not proven by the certificate. */
  readonly signerName: string | undefined
  readonly claimedTime: string | undefined
  readonly coversWholeFile: boolean
}

/** 1: no changes at all; 2: filling and signing; 3: annotations too. */
export type DocMdpLevel = 1 | 2 | 3

export async function signatureDict(store: ObjectStore, field: FormField): Promise<PdfDict | null> {
  return field.type === 'Sig' ? store.dictAt(field.value) : null
}

export async function readSignatures(
  store: ObjectStore,
  fields: readonly FormField[],
): Promise<ExistingSignature[]> {
  const found: ExistingSignature[] = []
  for (const field of fields) {
    const dict = await signatureDict(store, field)
    if (!dict) continue
    const byteRange = await readByteRange(store, dict)
    const [, , second = -1, length = 0] = byteRange
    found.push({
      fieldName: field.name,
      byteRange,
      subFilter: asName(await store.resolve(dict.get('SubFilter'))),
      signerName: readText(await store.resolve(dict.get('Name'))),
      claimedTime: readText(await store.resolve(dict.get('M'))),
      coversWholeFile: byteRange.length === 4 && second + length === store.source.size,
    })
  }
  return found
}

/** Numbers that are no integers become NaN. */
export async function readByteRange(store: ObjectStore, dict: PdfDict): Promise<number[]> {
  const numbers: number[] = []
  for (const item of (await store.arrayAt(dict.get('ByteRange'))) ?? []) {
    numbers.push(asInteger(await store.resolve(item)) ?? Number.NaN)
  }
  return numbers
}

/** The certification level, from the catalog's /Perms; null when the document is not certified. */
export async function readDocMdp(store: ObjectStore, catalog: PdfDict): Promise<DocMdpLevel | null> {
  const perms = await store.dictAt(catalog.get('Perms'))
  const signature = await store.dictAt(perms?.get('DocMDP'))
  return signature ? docMdpOf(store, signature) : null
}

/** The level a signature dictionary itself sets; null when it is an approval signature. */
export async function docMdpOf(store: ObjectStore, signature: PdfDict): Promise<DocMdpLevel | null> {
  for (const item of (await store.arrayAt(signature.get('Reference'))) ?? []) {
    const reference = await store.dictAt(item)
    if (asName(await store.resolve(reference?.get('TransformMethod'))) !== 'DocMDP') continue
    const parms = await store.dictAt(reference?.get('TransformParams'))
    const level = asInteger(await store.resolve(parms?.get('P'))) ?? 2
    // An unknown level is taken as the strictest.
    return level === 2 || level === 3 ? level : 1
  }
  return null
}
