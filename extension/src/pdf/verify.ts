/** Checks every signature of a file: structure, what changed since, and the CMS through a function handed in. */
import { SuoqiaoError } from '@suoqiao/protocol'
import type { ByteSource } from './byte-source.js'
import { prefixSource } from './byte-source.js'
import type { ChangeCode, ChangeLevel } from './change.js'
import { digestByteRange } from './digest.js'
import { type DocumentParts, readParts } from './document.js'
import { signatureDict } from './existing-signatures.js'
import type { FormField } from './form-fields.js'
import { WorkBudget } from './limits.js'
import { withTypedErrors } from './refusal.js'
import { compareRevisions } from './revision-diff.js'
import { readExtent, type SignatureExtent, type StructureFault } from './signature-structure.js'
import { asName, type PdfDict } from './value.js'

export interface VerifiedSignature<Cms = unknown> {
  readonly fieldName: string
  readonly subFilter: string | undefined
  readonly byteRange: readonly number[]
  readonly coversWholeFile: boolean
  /** SHA-256 over the ranges; null when the structure is broken. */
  readonly digest: Uint8Array<ArrayBuffer> | null
  readonly cms: Uint8Array<ArrayBuffer>
  readonly structure: 'ok' | StructureFault
  readonly changedAfter: ChangeLevel
  /** Why, for the reader and the helpdesk. */
  readonly changes: readonly ChangeCode[]
  /** What `verifyCms` said; null when it was not asked. */
  readonly cmsVerdict: Cms | null
}

export interface VerifyOptions<Cms> {
  /** Usually `checkCms` of cms-check.ts; kept apart because it brings pkijs along. */
  readonly verifyCms?: (
    cms: Uint8Array<ArrayBuffer>,
    digest: Uint8Array<ArrayBuffer>,
    subFilter: string,
  ) => Promise<Cms>
}

/** Throws pdf.* when the file itself cannot be read strictly; a bad signature is a result, not an error. */
export function verifyPdf<Cms = unknown>(
  source: ByteSource,
  options: VerifyOptions<Cms> = {},
): Promise<{ readonly signatures: readonly VerifiedSignature<Cms>[] }> {
  return withTypedErrors(async () => {
    const parts = await readParts(source, new WorkBudget(verifyScale))
    const signatures: VerifiedSignature<Cms>[] = []
    for (const field of parts.fields) {
      const dict = await signatureDict(parts.store, field)
      if (dict) signatures.push(await verifyOne(parts, field, dict, options))
    }
    return { signatures }
  })
}

async function verifyOne<Cms>(
  parts: DocumentParts,
  field: FormField,
  dict: PdfDict,
  options: VerifyOptions<Cms>,
): Promise<VerifiedSignature<Cms>> {
  const { source } = parts.store
  const extent = await readExtent(parts.store, field, dict)
  const isWhole = extent.structure === 'ok'
  const digest = isWhole ? await digestByteRange(source, extent.byteRange) : null
  const changes = isWhole ? await changesAfter(parts, field, dict, extent) : brokenRevision
  const subFilter = asName(await parts.store.resolve(dict.get('SubFilter')))
  return {
    fieldName: field.name,
    subFilter,
    byteRange: extent.byteRange,
    coversWholeFile: isWhole && extent.end === source.size,
    digest,
    cms: extent.cms,
    structure: changes.isReadable || !isWhole ? extent.structure : 'revision-unreadable',
    changedAfter: changes.level,
    changes: changes.codes,
    cmsVerdict:
      digest && options.verifyCms ? await options.verifyCms(extent.cms, digest, subFilter ?? '') : null,
  }
}

/** Every signature makes the file as it was then read again, all from one budget. */
const verifyScale = 4

/** Null when the revision cannot be read; a spent budget is no verdict on the signature and ends the whole. */
async function readRevision(source: ByteSource, budget: WorkBudget): Promise<DocumentParts | null> {
  try {
    return await readParts(source, budget)
  } catch (thrown) {
    if (thrown instanceof SuoqiaoError && thrown.code === 'pdf.too-complex') throw thrown
    return null
  }
}

interface Changes {
  readonly isReadable: boolean
  readonly level: ChangeLevel
  readonly codes: readonly ChangeCode[]
}

const brokenRevision: Changes = { isReadable: false, level: 'rejected', codes: [] }

async function changesAfter(
  parts: DocumentParts,
  field: FormField,
  dict: PdfDict,
  extent: SignatureExtent,
): Promise<Changes> {
  const { source } = parts.store
  if (extent.end === source.size) return { isReadable: true, level: 'nothing', codes: [] }
  const before = await readRevision(prefixSource(source, extent.end), parts.store.budget)
  // R6: a signed revision that only a repairing reader can open was never this document.
  const own = before?.fields.find((other) => other.ref.num === field.ref.num)
  if (!before || !own || !(await signatureDict(before.store, own))) return brokenRevision
  const log = await compareRevisions(before, parts, dict)
  return { isReadable: true, level: log.level, codes: [...log.codes] }
}
