/** The DigestInfo that PKCS#1 v1.5 signs: made before the token, compared after it. */

/** DigestInfo of SHA-256 without the digest, RFC 8017 §9.2 note 1. */
const SHA256_PREFIX = Buffer.from('3031300d060960864801650304020105000420', 'hex')

/** `digest` is SHA-256, 32 bytes. */
export function digestInfo(digest: Buffer): Buffer {
  return Buffer.concat([SHA256_PREFIX, digest])
}
