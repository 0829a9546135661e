/** The append-only PDF core: open strictly, prepare a signature, insert the CMS, verify. */
export { type ByteSource, blobSource, bytesSource } from './byte-source.js'
export { digestOf, insertCms, type StreamingHash } from './digest.js'
export { openPdf, type PdfALevel, type PdfDocument } from './document.js'
export type { DocMdpLevel, ExistingSignature } from './existing-signatures.js'
export type { Box, PageInfo } from './page-tree.js'
export { type PreparedSignature, prepareSignature, type SignatureRequest } from './prepare.js'
export type { SealAppearance } from './seal-appearance.js'
export type { PdfWarning, PdfWarningCode } from './warnings.js'
