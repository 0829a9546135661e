/** Makes the practice token's certificates: an authority that forgets its key, and two holders under it. */
import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto'
import { Set as AsnSet, BitString, fromBER, Integer, Null, OctetString, Sequence, Utf8String } from 'asn1js'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  PublicKeyInfo,
  RelativeDistinguishedNames,
} from 'pkijs'

/** The brackets are part of the name, so that no viewer of a signed PDF can take it for a real company. */
export const PRACTICE_HOLDER = '练习企业有限公司（练习）'
export const PRACTICE_ISSUER = '练习证书机构（练习，没有法律效力）'

const VALID_YEARS = 3
/** RFC 5280 §4.2.1.3, first octet. */
const SIGNS_DOCUMENTS = 0xc0
const SIGNS_CERTIFICATES = 0x06

export interface Issuer {
  readonly certificate: Certificate
  readonly key: KeyObject
}

export function makeAuthority(key: KeyObject, publicKey: KeyObject): Issuer {
  const certificate = draft(PRACTICE_ISSUER, publicKey, SIGNS_CERTIFICATES, true)
  certificate.issuer = certificate.subject
  seal(certificate, key)
  return { certificate, key }
}

export function certify(issuer: Issuer, publicKey: KeyObject): Buffer {
  const certificate = draft(PRACTICE_HOLDER, publicKey, SIGNS_DOCUMENTS, false)
  certificate.issuer = issuer.certificate.subject
  certificate.extensions?.push(authorityKeyIdentifier(keyIdentifier(issuer.certificate)))
  seal(certificate, issuer.key)
  return toDer(certificate)
}

export const toDer = (certificate: Certificate) => Buffer.from(certificate.toSchema(true).toBER())

/** Not by pkijs' own sign(): it leaves out the NULL that RFC 4055 §5 requires beside sha256WithRSAEncryption. */
function seal(certificate: Certificate, key: KeyObject): void {
  const algorithm = { algorithmId: '1.2.840.113549.1.1.11', algorithmParams: new Null() }
  certificate.signature = new AlgorithmIdentifier(algorithm)
  certificate.signatureAlgorithm = new AlgorithmIdentifier(algorithm)
  certificate.tbsView = new Uint8Array(certificate.encodeTBS().toBER())
  const value = Uint8Array.from(sign('sha256', certificate.tbsView, key))
  certificate.signatureValue = new BitString({ valueHex: value.buffer })
}

function draft(name: string, publicKey: KeyObject, usage: number, isAuthority: boolean): Certificate {
  const certificate = new Certificate()
  // X.509 version 3 is written as 2.
  certificate.version = 2
  const serial = randomBytes(12)
  // Positive and without a leading zero byte (RFC 5280 §4.1.2.2).
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  certificate.serialNumber = new Integer({ valueHex: new Uint8Array(serial).buffer })
  certificate.subject = nameOf(name)
  const now = new Date()
  certificate.notBefore.value = new Date(now.getTime() - 60_000)
  certificate.notAfter.value = new Date(now.getTime())
  certificate.notAfter.value.setUTCFullYear(now.getUTCFullYear() + VALID_YEARS)
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  certificate.subjectPublicKeyInfo = new PublicKeyInfo({ schema: fromBER(spki).result })
  certificate.extensions = [
    basicConstraints(isAuthority),
    keyUsage(usage),
    subjectKeyIdentifier(keyIdentifier(certificate)),
  ]
  return certificate
}

/** One attribute per RDN. pkijs keeps that only of a name it has read from bytes; a name it builds becomes one set. */
function nameOf(name: string): RelativeDistinguishedNames {
  const attributes = [attribute('2.5.4.6', 'CN'), attribute('2.5.4.10', name), attribute('2.5.4.3', name)]
  const rdns = attributes.map((one) => new AsnSet({ value: [one.toSchema()] }))
  const { result } = fromBER(new Sequence({ value: rdns }).toBER())
  return new RelativeDistinguishedNames({ schema: result })
}

const attribute = (type: string, value: string) =>
  new AttributeTypeAndValue({ type, value: new Utf8String({ value }) })

function basicConstraints(isAuthority: boolean): Extension {
  const value = new BasicConstraints({ cA: isAuthority }).toSchema().toBER()
  return new Extension({ extnID: '2.5.29.19', critical: true, extnValue: value })
}

function keyUsage(bits: number): Extension {
  // X.690 §11.2.2: a named bit list ends with its last one bit.
  const unusedBits = 31 - Math.clz32(bits & -bits)
  const value = new BitString({ valueHex: Uint8Array.of(bits).buffer, unusedBits }).toBER()
  return new Extension({ extnID: '2.5.29.15', critical: true, extnValue: value })
}

/** RFC 5280 §4.2.1.2, method 1: SHA-1 of the key's bits; a name, not a protection. */
function keyIdentifier(certificate: Certificate): Uint8Array<ArrayBuffer> {
  const bits = certificate.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView
  return new Uint8Array(createHash('sha1').update(bits).digest())
}

function subjectKeyIdentifier(id: Uint8Array<ArrayBuffer>): Extension {
  const value = new OctetString({ valueHex: id.buffer }).toBER()
  return new Extension({ extnID: '2.5.29.14', extnValue: value })
}

function authorityKeyIdentifier(id: Uint8Array<ArrayBuffer>): Extension {
  const keyId = new OctetString({ valueHex: id.buffer })
  const value = new AuthorityKeyIdentifier({ keyIdentifier: keyId }).toSchema().toBER()
  return new Extension({ extnID: '2.5.29.35', extnValue: value })
}
