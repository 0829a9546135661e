/** Proves a token's signature against the certificate, so that a wrong one never leaves the bridge. */
import {
  constants,
  createHash,
  createPublicKey,
  type KeyObject,
  publicDecrypt,
  timingSafeEqual,
  verify,
} from 'node:crypto'
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
  /** What the digest was made from, when it is known. */
  readonly message?: Buffer | undefined
  readonly algorithm: SignatureAlgorithm
}

export interface Proof {
  readonly signature: Buffer
  /** DER. */
  readonly certificate: Buffer
}

interface Verifier {
  readonly algorithm: SignatureAlgorithm
  readonly isValid: (claim: Claim, signature: Buffer) => boolean
}

/** Parsing costs more than verifying, and one clerk signs many files with one certificate. */
const verifiers = new Map<string, Verifier>()
const MAX_REMEMBERED = 16

/** True only when the certificate is the one asked for and its key made this signature. Never throws. */
export function isSignatureOf(claim: Claim, { signature, certificate }: Proof): boolean {
  if (createHash('sha256').update(certificate).digest('hex') !== claim.certificateId) return false
  try {
    const verifier = verifierOf(claim.certificateId, certificate)
    return verifier?.algorithm === claim.algorithm && verifier.isValid(claim, signature)
  } catch {
    return false
  }
}

function verifierOf(id: string, der: Buffer): Verifier | undefined {
  const remembered = verifiers.get(id)
  if (remembered !== undefined) return remembered
  const verifier = makeVerifier(new Certificate({ schema: fromBER(der).result }).subjectPublicKeyInfo)
  if (verifier === undefined) return undefined
  if (verifiers.size >= MAX_REMEMBERED) verifiers.clear()
  verifiers.set(id, verifier)
  return verifier
}

/** Undefined for SM2 and all other keys Node must not be given. */
function makeVerifier(key: PublicKeyInfo): Verifier | undefined {
  const keyType = keyTypeOf(key)
  if (keyType === 'EC-P256' || keyType === 'EC-P384') return ecdsaVerifier(keyType, key)
  return keyType.startsWith('RSA-') ? rsaVerifier(key) : undefined
}

function keyObjectOf(key: PublicKeyInfo): KeyObject {
  return createPublicKey({ key: Buffer.from(key.toSchema().toBER()), format: 'der', type: 'spki' })
}

/** The padding is undone by OpenSSL and the whole DigestInfo compared, as RFC 8017 §8.2.2 wants it. */
function rsaVerifier(key: PublicKeyInfo): Verifier {
  const publicKey = { key: keyObjectOf(key), padding: constants.RSA_PKCS1_PADDING }
  return {
    algorithm: 'RSA-SHA256',
    isValid: ({ digest }, signature) => {
      const recovered = publicDecrypt(publicKey, signature)
      const expected = digestInfo(digest)
      return recovered.length === expected.length && timingSafeEqual(recovered, expected)
    },
  }
}

/**
 * Node verifies ECDSA only together with the hash (0.1 ms); a digest that was made elsewhere needs the library (1 ms
 * and more).
 */
function ecdsaVerifier(keyType: 'EC-P256' | 'EC-P384', key: PublicKeyInfo): Verifier {
  const curve = keyType === 'EC-P256' ? p256 : p384
  const publicKey = keyObjectOf(key)
  const point = new Uint8Array(key.subjectPublicKey.valueBlock.valueHexView)
  // Tokens do not normalise s, and X9.62 does not ask for it.
  const options = { prehash: false, lowS: false, format: 'der' } as const
  return {
    algorithm: 'ECDSA-SHA256',
    isValid: ({ digest, message }, signature) =>
      message !== undefined && createHash('sha256').update(message).digest().equals(digest)
        ? verify('sha256', message, publicKey, signature)
        : curve.verify(signature, digest, point, options),
  }
}
