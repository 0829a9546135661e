/** Opens a PDF for signing: the facts a clerk must see before, and refusals for what must not be signed. */
import type { ByteSource } from './byte-source.js'
import {
  type DocMdpLevel,
  type ExistingSignature,
  readDocMdp,
  readSignatures,
} from './existing-signatures.js'
import { type FormField, readFields } from './form-fields.js'
import type { WorkBudget } from './limits.js'
import { ObjectStore, textOf } from './object-store.js'
import { type PageInfo, type PageLeaf, readPages } from './page-tree.js'
import { refusal, withTypedErrors } from './refusal.js'
import { isDict, type PdfDict } from './value.js'
import { type PdfWarning, readWarnings } from './warnings.js'

/** What the XMP metadata declares, e.g. part 1, conformance B. */
export interface PdfALevel {
  readonly part: number
  readonly conformance: string
}

export interface PdfDocument {
  readonly pages: readonly PageInfo[]
  readonly signatures: readonly ExistingSignature[]
  readonly warnings: readonly PdfWarning[]
  readonly certified: DocMdpLevel | null
  readonly pdfA: PdfALevel | null
  /** For prepareSignature and verifyPdf only. */
  readonly parts: DocumentParts
}

/** The parsed file behind a PdfDocument. */
export interface DocumentParts {
  readonly store: ObjectStore
  readonly catalog: PdfDict
  readonly form: PdfDict | null
  readonly fields: readonly FormField[]
  readonly leaves: readonly PageLeaf[]
}

const metadataBytes = 1024 * 1024

/** Throws pdf.not-a-pdf, pdf.damaged, pdf.encrypted, pdf.xfa, pdf.too-complex or pdf.unsupported, nothing else. */
export function openPdf(source: ByteSource): Promise<PdfDocument> {
  return withTypedErrors(async () => {
    const parts = await readParts(source)
    const { store, catalog, form, fields, leaves } = parts
    const xfa = await store.resolve(form?.get('XFA'))
    if (xfa !== null || (await isDynamicXfa(store, catalog))) throw refusal('pdf.xfa', 'xfa')
    return {
      pages: leaves.map((leaf) => leaf.info),
      signatures: await readSignatures(store, fields),
      warnings: await readWarnings(parts),
      certified: await readDocMdp(store, catalog),
      pdfA: await readPdfA(store, catalog),
      parts,
    }
  })
}

/** The same strict reading without the refusals that concern signing only. */
export async function readParts(source: ByteSource, budget?: WorkBudget): Promise<DocumentParts> {
  const store = await ObjectStore.open(source, budget)
  const { root } = store.xref
  const catalog = (await store.load(root.num, root.gen))?.value
  if (!isDict(catalog)) throw refusal('pdf.damaged', 'catalog')
  const form = await store.dictAt(catalog.get('AcroForm'))
  const leaves = await readPages(store, catalog)
  return { store, catalog, form, fields: await readFields(store, form), leaves }
}

async function isDynamicXfa(store: ObjectStore, catalog: PdfDict): Promise<boolean> {
  return (await store.resolve(catalog.get('NeedsRendering'))) === true
}

/** ISO 19005-1 §6.7.11: pdfaid:part as an attribute or an element of the XMP packet. */
async function readPdfA(store: ObjectStore, catalog: PdfDict): Promise<PdfALevel | null> {
  const data = await store.streamData(catalog.get('Metadata'))
  if (!data) return null
  const text = textOf(data, metadataBytes)
  const part = /pdfaid:part(?:\s*=\s*["']|>\s*)(\d)/.exec(text)?.[1]
  const conformance = /pdfaid:conformance(?:\s*=\s*["']|>\s*)([A-Z])/.exec(text)?.[1]
  return part === undefined ? null : { part: Number(part), conformance: conformance ?? '' }
}
