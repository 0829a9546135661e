/** What the PDF worker does for each request; runs the same in a test without a worker. */
import { toWireError, type WireError } from '@suoqiao/protocol'
import { blobSource } from './byte-source.js'
import { sameBytes } from './bytes.js'
import { type CmsVerdict, checkCms } from './cms-check.js'
import { digestOf, insertCms } from './digest.js'
import { openPdf, type PdfDocument } from './document.js'
import { type PreparedSignature, prepareSignature, type SignatureRequest } from './prepare.js'
import { refusal } from './refusal.js'
import { type VerifiedSignature, verifyPdf } from './verify.js'

/** Everything about a document but its internals: what `postMessage` can carry. */
export type PdfInspection = Omit<PdfDocument, 'parts'>

export interface PreparedDigest {
  readonly prepared: PreparedSignature
  /** SHA-256 over the ByteRange, 32 bytes. */
  readonly digest: Uint8Array<ArrayBuffer>
}

/** Requests by kind, with what comes back. */
export interface PdfWork {
  readonly inspect: { readonly input: { file: Blob }; readonly output: PdfInspection }
  readonly prepare: {
    readonly input: { file: Blob; request: SignatureRequest }
    readonly output: PreparedDigest
  }
  readonly finish: {
    readonly input: { file: Blob; cms: Uint8Array } & PreparedDigest
    readonly output: { tail: Uint8Array<ArrayBuffer> }
  }
  readonly verify: {
    readonly input: { file: Blob }
    readonly output: { signatures: readonly VerifiedSignature<CmsVerdict>[] }
  }
}

export type PdfWorkKind = keyof PdfWork

export interface PdfWorkRequest<K extends PdfWorkKind = PdfWorkKind> {
  readonly id: number
  readonly kind: K
  readonly input: PdfWork[K]['input']
}

export type PdfWorkReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: WireError }

const work: { [K in PdfWorkKind]: (input: PdfWork[K]['input']) => Promise<PdfWork[K]['output']> } = {
  async inspect({ file }) {
    const { parts: _, ...inspection } = await openPdf(blobSource(file))
    return inspection
  },
  async prepare({ file, request }) {
    const source = blobSource(file)
    const prepared = await prepareSignature(await openPdf(source), request)
    return { prepared, digest: await digestOf(source, prepared) }
  },
  async finish({ file, prepared, digest, cms }) {
    const tail = insertCms(prepared, cms)
    await requireGood(new Blob([file, tail]), prepared, digest)
    return { tail }
  },
  verify({ file }) {
    return verifyPdf(blobSource(file), { verifyCms: checkCms })
  },
}

/** Reads the finished file back like any reader would: what does not verify never reaches the portal. */
async function requireGood(file: Blob, prepared: PreparedSignature, digest: Uint8Array): Promise<void> {
  const { signatures } = await verifyPdf(blobSource(file), { verifyCms: checkCms })
  const own = signatures.find((signature) => signature.fieldName === prepared.fieldName)
  const isGood =
    own?.structure === 'ok' &&
    own.changedAfter === 'nothing' &&
    own.digest !== null &&
    sameBytes(own.digest, digest) &&
    own.cmsVerdict?.verdict === 'ok'
  if (!isGood) throw refusal('pdf.verify-failed', own?.cmsVerdict?.verdict ?? own?.structure ?? 'field')
}

/** Answers one request; never throws. */
export async function answerPdfRequest(request: PdfWorkRequest): Promise<PdfWorkReply> {
  try {
    return { id: request.id, result: await runWork(request.kind, request.input) }
  } catch (thrown) {
    return { id: request.id, error: toWireError(thrown) }
  }
}

function runWork<K extends PdfWorkKind>(kind: K, input: PdfWork[K]['input']): Promise<PdfWork[K]['output']> {
  return work[kind](input)
}
