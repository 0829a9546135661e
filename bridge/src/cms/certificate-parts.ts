/** The pieces of a certificate a CMS repeats byte for byte: issuer, serial number, and how large its signatures get. */
import { SuoqiaoError } from '@suoqiao/protocol'
import * as asn1js from 'asn1js'
import { Certificate } from 'pkijs'
import { OID } from './oids.js'

export interface CertificateParts {
  /** The whole certificate, its issuer name and its serial number as they stand in the DER. */
  readonly whole: asn1js.BaseBlock
  readonly issuer: asn1js.BaseBlock
  readonly serialNumber: asn1js.BaseBlock
  readonly algorithm: 'RSA-SHA256' | 'ECDSA-SHA256'
  /** Largest signature of its key, bytes: RSA the modulus, ECDSA the longest DER Ecdsa-Sig-Value. */
  readonly maxSignatureBytes: number
}

/** Throws certificate.unreadable, or provider.mechanism-unsupported for a key that is neither RSA nor ECDSA. */
export function readCertificateParts(der: Buffer): CertificateParts {
  const whole = parseDer(der)
  const fields = childrenOf(childrenOf(whole)[0])
  // RFC 5280 §4.1: the version is [0] EXPLICIT and left out of v1 certificates.
  const first = fields[0]?.idBlock.tagClass === 3 ? 1 : 0
  const serialNumber = fields[first]
  const issuer = fields[first + 2]
  if (!serialNumber || !issuer) throw new SuoqiaoError('certificate.unreadable')
  return { whole, serialNumber, issuer, ...keyFacts(whole) }
}

/** Parses one DER value and nothing behind it. Throws certificate.unreadable. */
export function parseDer(der: Buffer): asn1js.BaseBlock {
  const { offset, result } = asn1js.fromBER(der)
  const isExact = offset === der.length && Buffer.from(result.toBER()).equals(der)
  if (!isExact) throw new SuoqiaoError('certificate.unreadable')
  return result
}

function childrenOf(block: asn1js.BaseBlock | undefined): asn1js.BaseBlock[] {
  return block instanceof asn1js.Sequence ? block.valueBlock.value : []
}

function keyFacts(whole: asn1js.BaseBlock): Pick<CertificateParts, 'algorithm' | 'maxSignatureBytes'> {
  const key = publicKeyOf(whole)
  const bits = key.subjectPublicKey.valueBlock.valueHexView
  if (key.algorithm.algorithmId === OID.rsaEncryption) {
    return { algorithm: 'RSA-SHA256', maxSignatureBytes: modulusBytes(Buffer.from(bits)) }
  }
  const curve = key.algorithm.algorithmParams
  if (key.algorithm.algorithmId === OID.ecPublicKey && curve instanceof asn1js.ObjectIdentifier) {
    const coordinate = { [OID.p256]: 32, [OID.p384]: 48 }[curve.valueBlock.toString()]
    // SEQUENCE header, then two INTEGERs with a header and a leading zero each (RFC 3279 §2.2.3).
    if (coordinate) return { algorithm: 'ECDSA-SHA256', maxSignatureBytes: 2 * (coordinate + 3) + 2 }
  }
  throw new SuoqiaoError('provider.mechanism-unsupported', { keyAlgorithm: key.algorithm.algorithmId })
}

function publicKeyOf(whole: asn1js.BaseBlock): Certificate['subjectPublicKeyInfo'] {
  try {
    return new Certificate({ schema: whole }).subjectPublicKeyInfo
  } catch (cause) {
    throw new SuoqiaoError('certificate.unreadable', undefined, { cause })
  }
}

/** Length of the modulus in RSAPublicKey (RFC 8017 appendix A.1.1), without its leading zero. */
function modulusBytes(publicKey: Buffer): number {
  const modulus = childrenOf(asn1js.fromBER(publicKey).result)[0]
  if (!(modulus instanceof asn1js.Integer)) throw new SuoqiaoError('certificate.unreadable')
  const bytes = modulus.valueBlock.valueHexView
  return bytes[0] === 0 ? bytes.length - 1 : bytes.length
}
