/** The append-only PDF core: open strictly, prepare a signature, insert the CMS, verify. checkCms stands apart: it brings pkijs. */
export { blobSource, bytesSource } from './byte-source.js'
export { digestOf, insertCms } from './digest.js'
export { openPdf } from './document.js'
export { type PreparedSignature, prepareSignature, type SignatureRequest } from './prepare.js'
export type { SealAppearance } from './seal-appearance.js'
export { type VerifiedSignature, verifyPdf } from './verify.js'
