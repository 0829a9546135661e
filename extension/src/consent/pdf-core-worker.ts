/** The PDF core in its worker, as the consent window needs it. */
import { SuoqiaoError } from '@suoqiao/protocol'
import type { VerifiedSignature } from '../pdf'
import { PdfWorkerClient } from '../pdf/pdf-worker-client'
import type { EarlierSignature, PdfCore } from './pdf-core'

/** A CMS with a chain of three RSA-4096 certificates takes 8 KB; twice that is always enough. */
const MAX_CMS_BYTES = 16_384
const FIELD_NAME = 'Suoqiao'

/** The part of `PdfWorkerClient` that is used. */
type Client = Pick<PdfWorkerClient, 'inspect' | 'prepare' | 'finish' | 'verify'>

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A CMS is judged by its form and its own certificate; whom that certificate belongs to the window does not claim. */
export function verdictOf(
  signature: Pick<VerifiedSignature, 'structure' | 'changedAfter' | 'coversWholeFile'> & {
    readonly cmsVerdict: { readonly verdict: string } | null
  },
): EarlierSignature['verdict'] {
  if (signature.structure !== 'ok' || signature.cmsVerdict?.verdict !== 'ok') return 'broken'
  if (signature.changedAfter === 'rejected') return 'changed'
  if (signature.changedAfter === 'info') return 'added'
  return signature.changedAfter === 'nothing' ? 'whole' : 'allowed'
}

export function workerCore(client: Client = new PdfWorkerClient()): PdfCore {
  return {
    async inspect(file) {
      const { pages, signatures, warnings, certified } = await client.inspect(file)
      // Said when the window opens, not first when a UKey is there and the signature is prepared.
      if (certified === 1) throw new SuoqiaoError('pdf.certified')
      const verified = signatures.length > 0 ? (await client.verify(file)).signatures : []
      return {
        pageCount: pages.length,
        signatures: verified.map((signature) => ({ verdict: verdictOf(signature) })),
        warnings: warnings.map(({ code }) => code),
      }
    },
    async prepare(file, { picture, ...request }) {
      const { width, height, rgb, alpha } = picture
      const waiting = await client.prepare(file, {
        ...request,
        appearance: { width, height, rgb, alpha },
        fieldName: FIELD_NAME,
        maxCmsBytes: MAX_CMS_BYTES,
      })
      return {
        digest: hexOf(waiting.digest),
        tailBytes: waiting.prepared.tail.length,
        maxCmsBytes: MAX_CMS_BYTES,
        finish: (cms) => client.finish(file, waiting, cms),
      }
    },
  }
}
