/** The pieces of a certificate a CMS repeats byte for byte: issuer, serial number, and how large its signatures get. */
import { SuoqiaoError } from '@suoqiao/protocol'
import { type Element, objectIdentifier, readAll, readOne, TAG } from './der.js'
import { OID } from './oids.js'

export interface CertificateParts {
  /** Issuer name and serial number as they stand in the DER. */
  readonly issuer: Buffer
  readonly serialNumber: Buffer
  readonly algorithm: 'RSA-SHA256' | 'ECDSA-SHA256'
  /** Largest signature of its key, bytes: RSA the modulus, ECDSA the longest DER Ecdsa-Sig-Value. */
  readonly maxSignatureBytes: number
}

/** Throws certificate.unreadable, or provider.mechanism-unsupported for a key that is neither RSA nor ECDSA. */
export function readCertificateParts(der: Buffer): CertificateParts {
  try {
    return read(der)
  } catch (cause) {
    if (cause instanceof SuoqiaoError) throw cause
    throw new SuoqiaoError('certificate.unreadable', undefined, { cause })
  }
}

/** Insists that a certificate of the chain is one DER value. Throws certificate.unreadable. */
export function requireDer(der: Buffer): Buffer {
  try {
    return readOne(der).whole
  } catch (cause) {
    throw new SuoqiaoError('certificate.unreadable', undefined, { cause })
  }
}

function read(der: Buffer): CertificateParts {
  const [toBeSigned] = childrenOf(readOne(der))
  const fields = childrenOf(toBeSigned)
  // RFC 5280 §4.1: the version is [0] EXPLICIT and left out of v1 certificates.
  const first = fields[0]?.tag === TAG.context0 ? 1 : 0
  const [serialNumber, , issuer, , , publicKey] = fields.slice(first)
  if (serialNumber?.tag !== TAG.integer || issuer?.tag !== TAG.sequence || !publicKey) {
    throw new SuoqiaoError('certificate.unreadable')
  }
  return { serialNumber: serialNumber.whole, issuer: issuer.whole, ...keyFacts(publicKey) }
}

function childrenOf(parent: Element | undefined): Element[] {
  if (parent?.tag !== TAG.sequence) throw new RangeError('not a sequence')
  return readAll(parent.content)
}

const isOid = (found: Element | undefined, dotted: string) =>
  found?.whole.equals(objectIdentifier(dotted)) === true

/** SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). */
function keyFacts(publicKey: Element): Pick<CertificateParts, 'algorithm' | 'maxSignatureBytes'> {
  const [algorithm, bits] = childrenOf(publicKey)
  const [name, parameters] = childrenOf(algorithm)
  if (bits?.tag !== TAG.bitString) throw new RangeError('not a bit string')
  if (isOid(name, OID.rsaEncryption)) {
    // The first byte of a bit string counts its unused bits.
    return { algorithm: 'RSA-SHA256', maxSignatureBytes: modulusBytes(bits.content.subarray(1)) }
  }
  // SEQUENCE header, then two INTEGERs with a header and a leading zero each (RFC 3279 §2.2.3).
  const ecdsa = (coordinate: number) =>
    ({ algorithm: 'ECDSA-SHA256', maxSignatureBytes: 2 * (coordinate + 3) + 2 }) as const
  if (isOid(name, OID.ecPublicKey) && isOid(parameters, OID.p256)) return ecdsa(32)
  if (isOid(name, OID.ecPublicKey) && isOid(parameters, OID.p384)) return ecdsa(48)
  throw new SuoqiaoError('provider.mechanism-unsupported', {
    keyAlgorithm: name?.whole.toString('hex') ?? '',
  })
}

/** Length of the modulus in RSAPublicKey (RFC 8017 appendix A.1.1), without its leading zero. */
function modulusBytes(publicKey: Buffer): number {
  const [modulus] = childrenOf(readOne(publicKey))
  if (modulus?.tag !== TAG.integer) throw new RangeError('not an integer')
  return modulus.content[0] === 0 ? modulus.content.length - 1 : modulus.content.length
}
