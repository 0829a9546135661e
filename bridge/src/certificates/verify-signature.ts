/** Proves a token's signature against the certificate, so that a wrong one never leaves the bridge. */
import { constants, createHash, createPublicKey, publicDecrypt, timingSafeEqual, verify } from 'node:crypto'
import { p256, p384 } from '@noble/curves/nist.js'
import type { CertificateInfo } from '@suoqiao/protocol'
import { fromBER } from 'asn1js'
import { Certificate } from 'pkijs'
import type { SignatureAlgorithm } from '../providers/provider.js'
import { digestInfo } from './digest-info.js'
import { keyTypeOf } from './key-type.js'

export interface Claim {
  /** SHA-256 of the certificate's DER, hex. */
  readonly certificateId: string
  /** SHA-256 of what was signed, 32 bytes. */
  readonly digest: Buffer
  readonly algorithm: SignatureAlgorithm
  /** What `digest` was made from, when it is known. */
  readonly message?: Buffer | undefined
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
    const key = keys.get(claim.certificateId) ?? rememberKey(claim.certificateId, certificate)
    return claim.algorithm === 'RSA-SHA256'
      ? isRsaSignature(key, claim.digest, signature)
      : isEcdsaSignature(key, claim, signature)
  } catch {
    return false
  }
}

interface VerificationKey {
  readonly keyType: CertificateInfo['keyType']
  /** DER of SubjectPublicKeyInfo; a key object only for RSA and ECDSA keys, as Node aborts on some SM2 keys. */
  readonly spki: Buffer
  /** The bits of subjectPublicKey: for EC the point. */
  readonly point: Uint8Array
}

/** Reading a certificate takes longer than the token takes to sign. */
const MAX_REMEMBERED = 64
const keys = new Map<string, VerificationKey>()

function rememberKey(certificateId: string, certificate: Buffer): VerificationKey {
  const info = new Certificate({ schema: fromBER(certificate).result }).subjectPublicKeyInfo
  const key = {
    keyType: keyTypeOf(info),
    spki: Buffer.from(info.toSchema().toBER()),
    point: new Uint8Array(info.subjectPublicKey.valueBlock.valueHexView),
  }
  const oldest = keys.size >= MAX_REMEMBERED ? keys.keys().next().value : undefined
  if (oldest !== undefined) keys.delete(oldest)
  keys.set(certificateId, key)
  return key
}

const toKeyObject = ({ spki }: VerificationKey) => createPublicKey({ key: spki, format: 'der', type: 'spki' })

/** The padding is undone by OpenSSL and the whole DigestInfo compared, as RFC 8017 §8.2.2 wants it. */
function isRsaSignature(key: VerificationKey, digest: Buffer, signature: Buffer): boolean {
  if (!key.keyType.startsWith('RSA-')) return false
  const padding = constants.RSA_PKCS1_PADDING
  const recovered = publicDecrypt({ key: toKeyObject(key), padding }, signature)
  const expected = digestInfo(digest)
  return recovered.length === expected.length && timingSafeEqual(recovered, expected)
}

/** Node cannot verify ECDSA over a digest that was made elsewhere, hence the library; it takes 2 ms, OpenSSL 0.1. */
function isEcdsaSignature(key: VerificationKey, { digest, message }: Claim, signature: Buffer): boolean {
  if (key.keyType !== 'EC-P256' && key.keyType !== 'EC-P384') return false
  if (message !== undefined && createHash('sha256').update(message).digest().equals(digest)) {
    return verify('sha256', message, toKeyObject(key), signature)
  }
  const curves = { 'EC-P256': p256, 'EC-P384': p384 } as const
  // Tokens do not normalise s, and X9.62 does not ask for it.
  return curves[key.keyType].verify(signature, digest, key.point, {
    prehash: false,
    lowS: false,
    format: 'der',
  })
}
