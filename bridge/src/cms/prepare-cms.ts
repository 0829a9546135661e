/** Builds the detached CMS of one PDF signature (PAdES B-B): first what the token must sign, then the whole. */
import { createHash } from 'node:crypto'
import { SuoqiaoError } from '@suoqiao/protocol'
import * as asn1js from 'asn1js'
import { type CertificateParts, parseDer, readCertificateParts } from './certificate-parts.js'
import { checkCms } from './check-cms.js'
import { OID } from './oids.js'

export interface CmsRequest {
  /** SHA-256 over the bytes of the PDF's ByteRange, 32 bytes. */
  readonly docDigest: Buffer
  /** The signer's certificate and the CA certificates above it, DER. */
  readonly certificate: Buffer
  readonly chain: readonly Buffer[]
  readonly signingTime: Date
}

export interface PreparedCms {
  readonly algorithm: 'RSA-SHA256' | 'ECDSA-SHA256'
  /** The signed attributes as a DER SET OF: what the signature covers (RFC 5652 §5.4). */
  readonly signedAttrsDer: Buffer
  /** SHA-256 of signedAttrsDer, 32 bytes, for the token. */
  readonly digestToSign: Buffer
  /** The largest the CMS can become with any signature of this key, bytes. */
  readonly estimateBytes: number
  /**
   * The finished CMS, DER, after it was read again and verified. `signature`: RSA PKCS#1 v1.5, or a DER
   * Ecdsa-Sig-Value. Throws provider.bad-signature.
   */
  finish(signature: Buffer): Buffer
}

/** Throws certificate.unreadable and provider.mechanism-unsupported. Asks no token. */
export function prepareCms(request: CmsRequest): PreparedCms {
  const parts = readCertificateParts(request.certificate)
  const attributes = signedAttributes(request, parts)
  const signedAttrsDer = toDer(new asn1js.Set({ value: attributes }))
  const build = (signature: Buffer): Buffer => contentInfo(request, parts, attributes, signature)
  return {
    algorithm: parts.algorithm,
    signedAttrsDer,
    digestToSign: createHash('sha256').update(signedAttrsDer).digest(),
    estimateBytes: build(Buffer.alloc(parts.maxSignatureBytes)).length,
    finish(signature) {
      if (signature.length > parts.maxSignatureBytes) {
        throw new SuoqiaoError('provider.bad-signature', { reason: 'too long', bytes: signature.length })
      }
      const cms = build(signature)
      checkCms(cms, { docDigest: request.docDigest, certificate: request.certificate })
      return cms
    },
  }
}

/** RFC 5652 §5.3: DER, so the attributes stand in the order of their encoded bytes (X.690 §11.6). */
function signedAttributes(request: CmsRequest, parts: CertificateParts): asn1js.BaseBlock[] {
  const attributes = [
    attribute(OID.contentType, objectIdentifier(OID.data)),
    attribute(OID.messageDigest, octets(request.docDigest)),
    attribute(OID.signingTime, time(request.signingTime)),
    attribute(OID.signingCertificateV2, signingCertificateV2(request.certificate, parts)),
  ]
  return attributes.sort((a, b) => Buffer.compare(toDer(a), toDer(b)))
}

/** RFC 5035 §3: the hash algorithm is left out because SHA-256 is its DEFAULT; issuerSerial is included. */
function signingCertificateV2(certificate: Buffer, parts: CertificateParts): asn1js.Sequence {
  const directoryName = new asn1js.Constructed({
    idBlock: { tagClass: 3, tagNumber: 4 },
    value: [parts.issuer],
  })
  const issuerSerial = sequence(sequence(directoryName), parts.serialNumber)
  const essCertId = sequence(octets(createHash('sha256').update(certificate).digest()), issuerSerial)
  return sequence(sequence(essCertId))
}

function contentInfo(
  request: CmsRequest,
  parts: CertificateParts,
  attributes: asn1js.BaseBlock[],
  signature: Buffer,
): Buffer {
  // RFC 5754 §2: SHA-2 identifiers carry no parameters.
  const digestAlgorithm = sequence(objectIdentifier(OID.sha256))
  const signerInfo = sequence(
    new asn1js.Integer({ value: 1 }),
    sequence(parts.issuer, parts.serialNumber),
    digestAlgorithm,
    tagged(0, attributes),
    signatureAlgorithm(parts.algorithm),
    octets(signature),
  )
  const certificates = [parts.whole, ...request.chain.map(parseDer)]
  const sorted = certificates.sort((a, b) => Buffer.compare(toDer(a), toDer(b)))
  const signedData = sequence(
    new asn1js.Integer({ value: 1 }),
    new asn1js.Set({ value: [digestAlgorithm] }),
    sequence(objectIdentifier(OID.data)),
    tagged(0, sorted),
    new asn1js.Set({ value: [signerInfo] }),
  )
  return toDer(sequence(objectIdentifier(OID.signedData), tagged(0, [signedData])))
}

/** RFC 5754 §3.2: NULL parameters for RSA; §3.3: none for ECDSA. */
function signatureAlgorithm(algorithm: CertificateParts['algorithm']): asn1js.Sequence {
  if (algorithm === 'ECDSA-SHA256') return sequence(objectIdentifier(OID.ecdsaWithSha256))
  return sequence(objectIdentifier(OID.rsaWithSha256), new asn1js.Null())
}

/** RFC 5652 §11.3: UTCTime through 2049, GeneralizedTime from 2050; neither with fractions of a second. */
function time(date: Date): asn1js.BaseBlock {
  const valueDate = new Date(Math.floor(date.getTime() / 1000) * 1000)
  return date.getUTCFullYear() < 2050
    ? new asn1js.UTCTime({ valueDate })
    : new asn1js.GeneralizedTime({ valueDate })
}

function attribute(type: string, value: asn1js.BaseBlock): asn1js.Sequence {
  return sequence(objectIdentifier(type), new asn1js.Set({ value: [value] }))
}

function sequence(...value: asn1js.BaseBlock[]): asn1js.Sequence {
  return new asn1js.Sequence({ value })
}

/** Context-specific and constructed: `[0] IMPLICIT SET OF`, or `[0] EXPLICIT` around one value. */
function tagged(tagNumber: number, value: asn1js.BaseBlock[]): asn1js.Constructed {
  return new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber }, value })
}

function objectIdentifier(value: string): asn1js.ObjectIdentifier {
  return new asn1js.ObjectIdentifier({ value })
}

function octets(bytes: Buffer): asn1js.OctetString {
  return new asn1js.OctetString({ valueHex: Uint8Array.from(bytes) })
}

function toDer(block: asn1js.BaseBlock): Buffer {
  return Buffer.from(block.toBER())
}
