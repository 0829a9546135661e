/** Names the kind of a certificate's public key without making a key object of it (Node aborts on some SM2 keys). */
import type { CertificateInfo } from '@suoqiao/protocol'
import { fromBER, Integer, ObjectIdentifier, Sequence } from 'asn1js'
import type { PublicKeyInfo } from 'pkijs'

const RSA = '1.2.840.113549.1.1.1'
const EC = '1.2.840.10045.2.1'
/** GB/T 32918.5; also seen in place of id-ecPublicKey. */
const SM2 = '1.2.156.10197.1.301'
const CURVES: Readonly<Record<string, CertificateInfo['keyType']>> = {
  '1.2.840.10045.3.1.7': 'EC-P256',
  '1.3.132.0.34': 'EC-P384',
  [SM2]: 'SM2',
}

export function keyTypeOf(key: PublicKeyInfo): CertificateInfo['keyType'] {
  const { algorithmId, algorithmParams } = key.algorithm
  if (algorithmId === RSA) return rsaTypeOf(key)
  if (algorithmId === SM2) return 'SM2'
  if (algorithmId !== EC || !(algorithmParams instanceof ObjectIdentifier)) return 'other'
  return CURVES[algorithmParams.valueBlock.toString()] ?? 'other'
}

function rsaTypeOf(key: PublicKeyInfo): CertificateInfo['keyType'] {
  const bits = modulusBits(key)
  if (bits === 2048) return 'RSA-2048'
  if (bits === 3072) return 'RSA-3072'
  return bits === 4096 ? 'RSA-4096' : 'other'
}

/** RFC 8017 appendix A.1.1: SEQUENCE { modulus, publicExponent }. */
function modulusBits(key: PublicKeyInfo): number {
  const { result } = fromBER(key.subjectPublicKey.valueBlock.valueHexView)
  const modulus = result instanceof Sequence ? result.valueBlock.value[0] : undefined
  if (!(modulus instanceof Integer)) return 0
  const digits = Buffer.from(modulus.valueBlock.valueHexView)
  const first = digits.findIndex((byte) => byte !== 0)
  const top = digits[first]
  return top === undefined ? 0 : (digits.length - first) * 8 - Math.clz32(top) + 24
}
