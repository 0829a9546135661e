/** The PDF core called in the page itself, without its worker: enough to look at the consent window. */
import type { PdfCore } from '../../../../extension/src/consent/pdf-core'
import { blobSource, digestOf, openPdf, prepareSignature } from '../../../../extension/src/pdf'

export const directCore: PdfCore = {
  async inspect(file) {
    const document = await openPdf(blobSource(file))
    return {
      pageCount: document.pages.length,
      signatures: document.signatures.map(() => ({ verdict: 'whole' as const })),
      warnings: document.warnings.map(({ code }) => code),
    }
  },
  async prepare(file, request) {
    const source = blobSource(file)
    const prepared = await prepareSignature(await openPdf(source), {
      ...request,
      appearance: request.picture,
      fieldName: 'Signature',
      maxCmsBytes: 8192,
    })
    const digest = await digestOf(source, prepared)
    return {
      digest: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
      tailBytes: prepared.tail.length,
      maxCmsBytes: prepared.maxCmsBytes,
      finish: () => Promise.reject(new Error('not in the gallery')),
    }
  },
}
