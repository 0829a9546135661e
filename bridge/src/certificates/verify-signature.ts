/** Proves a token's signature against the certificate, so that a wrong one never leaves the bridge. */
import { constants, createHash, createPublicKey, publicDecrypt, timingSafeEqual } from 'node:crypto'
import { p256, p384 } from '@noble/curves/nist.js'
import { fromBER } from 'asn1js'
import { Certificate, type PublicKeyInfo } from 'pkijs'
import type { SignatureAlgorithm } from '../providers/provider.js'
import { digestInfo } from './digest-info.js'
import { keyTypeOf } from './key-type.js'

export interface Claim {
  /** SHA-256 of the certificate's DER, hex. */
  readonly certificateId: string
  /** SHA-256 of what was signed, 32 bytes. */
  readonly digest: Buffer
  readonly algorithm: SignatureAlgorithm
}

export interface Proof {
  readonly signature: Buffer
  /** DER. */
  readonly certificate: Buffer
}

/** True only when the certificate is the one asked for and its key made this signature. Never throws. */
export function isSignatureOf(claim: Claim, { signature, certificate }: Proof): boolean {
  if (createHash('sha256').update(certificate).digest('hex') !== claim.certificateId) return false
  try {
    const key = new Certificate({ schema: fromBER(certificate).result }).subjectPublicKeyInfo
    return claim.algorithm === 'RSA-SHA256'
      ? isRsaSignature(key, claim.digest, signature)
      : isEcdsaSignature(key, claim.digest, signature)
  } catch {
    return false
  }
}

/** The padding is undone by OpenSSL and the whole DigestInfo compared, as RFC 8017 §8.2.2 wants it. */
function isRsaSignature(key: PublicKeyInfo, digest: Buffer, signature: Buffer): boolean {
  if (!keyTypeOf(key).startsWith('RSA-')) return false
  const spki = Buffer.from(key.toSchema().toBER())
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  const recovered = publicDecrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, signature)
  const expected = digestInfo(digest)
  return recovered.length === expected.length && timingSafeEqual(recovered, expected)
}

/** Node cannot verify ECDSA over a digest that was made elsewhere, hence the library. */
function isEcdsaSignature(key: PublicKeyInfo, digest: Buffer, signature: Buffer): boolean {
  const curves = { 'EC-P256': p256, 'EC-P384': p384 } as const
  const keyType = keyTypeOf(key)
  if (keyType !== 'EC-P256' && keyType !== 'EC-P384') return false
  const point = new Uint8Array(key.subjectPublicKey.valueBlock.valueHexView)
  // Tokens do not normalise s, and X9.62 does not ask for it.
  return curves[keyType].verify(signature, digest, point, { prehash: false, lowS: false, format: 'der' })
}
