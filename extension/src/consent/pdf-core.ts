/** What the consent window needs of the PDF core; pdf-core-worker.ts answers it with the worker. */
import type { PdfWarningCode } from '../pdf/warnings'
import type { SealPicture } from './seal-picture'

/** One earlier signature of the file: `whole` = nothing after it, `allowed` = later signatures only, `added` = notes or form values came later. */
export interface EarlierSignature {
  readonly verdict: 'whole' | 'allowed' | 'added' | 'changed' | 'broken'
}

/** Facts that the user should read before signing; the texts stand in messages/…/consent.ts. */
export type FileWarning = PdfWarningCode

export interface FileFacts {
  readonly pageCount: number
  readonly signatures: readonly EarlierSignature[]
  readonly warnings: readonly FileWarning[]
}

export interface SealRequest {
  /** 0-based. */
  readonly page: number
  /** [x1, y1, x2, y2] in the page's default user space, points. */
  readonly rect: [number, number, number, number]
  readonly picture: SealPicture
  readonly signerName: string
  readonly signingTime: Date
}

/** A tail that waits for its signature. `digest` is what will be signed, lower-case hex. */
export interface PreparedFile {
  readonly digest: string
  readonly tailBytes: number
  readonly maxCmsBytes: number
  /** Puts the signature in, verifies the final file and returns it. Throws SuoqiaoError pdf.no-room, pdf.verify-failed. */
  finish(cms: Uint8Array<ArrayBuffer>): Promise<Blob>
}

export interface PdfCore {
  /** Throws SuoqiaoError pdf.* when the file cannot be signed. */
  inspect(file: Blob): Promise<FileFacts>
  prepare(file: Blob, request: SealRequest): Promise<PreparedFile>
}
