/** The two mechanisms every token has, and the forms around them. Hashing is ours: tokens differ in what they hash. */
import { digestInfo } from '../../certificates/digest-info.js'
import type { SignatureAlgorithm } from '../provider.js'

/** PKCS#11 v2.40 mechanisms and key types. */
const CKM_RSA_PKCS = 0x1
const CKM_ECDSA = 0x1041
const CKK_RSA = 0x0
const CKK_EC = 0x3

export interface Mechanism {
  readonly mechanism: number
  readonly keyType: number
  readonly input: Buffer
  /** From what C_Sign gives to what the product hands on. */
  readonly finish: (raw: Buffer) => Buffer
}

/** opencryptoki has no CKM_SHA256_RSA_PKCS and SoftHSM no CKM_ECDSA_SHA256, so neither is used. */
export function mechanismFor(algorithm: SignatureAlgorithm, digest: Buffer): Mechanism {
  if (algorithm === 'RSA-SHA256') {
    const input = digestInfo(digest)
    return { mechanism: CKM_RSA_PKCS, keyType: CKK_RSA, input, finish: (raw) => raw }
  }
  return { mechanism: CKM_ECDSA, keyType: CKK_EC, input: digest, finish: toEcdsaSigValue }
}

/** PKCS#11 v2.40 §2.3.1: r‖s of equal length. RFC 3279 §2.2.3: SEQUENCE of two INTEGERs. */
export function toEcdsaSigValue(raw: Buffer): Buffer {
  const half = raw.length / 2
  const body = Buffer.concat([derInteger(raw.subarray(0, half)), derInteger(raw.subarray(half))])
  // 2 × (2 + 67) bytes even for P-521: the length needs at most the one-byte long form.
  const head = body.length < 128 ? [0x30, body.length] : [0x30, 0x81, body.length]
  return Buffer.concat([Buffer.from(head), body])
}

function derInteger(unsigned: Buffer): Buffer {
  const first = unsigned.findIndex((byte) => byte !== 0)
  const digits = first < 0 ? Buffer.of(0) : unsigned.subarray(first)
  const isNegativeLooking = ((digits[0] ?? 0) & 0x80) !== 0
  const value = isNegativeLooking ? Buffer.concat([Buffer.of(0), digits]) : digits
  return Buffer.concat([Buffer.of(0x02, value.length), value])
}
