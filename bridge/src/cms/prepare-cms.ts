/** Builds the detached CMS of one PDF signature (PAdES B-B): first what the token must sign, then the whole. */
import { createHash } from 'node:crypto'
import { SuoqiaoError } from '@suoqiao/protocol'
import { type CertificateParts, readCertificateParts, requireDer } from './certificate-parts.js'
import { checkCms } from './check-cms.js'
import { element, objectIdentifier, sequence, setOf, TAG } from './der.js'
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
  const signedAttrsDer = setOf(TAG.set, attributes)
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

/** RFC 5652 §5.3. */
function signedAttributes(request: CmsRequest, parts: CertificateParts): Buffer[] {
  return [
    attribute(OID.contentType, objectIdentifier(OID.data)),
    attribute(OID.messageDigest, element(TAG.octetString, request.docDigest)),
    attribute(OID.signingTime, time(request.signingTime)),
    attribute(OID.signingCertificateV2, signingCertificateV2(request.certificate, parts)),
  ]
}

/** RFC 5035 §3: the hash algorithm is left out because SHA-256 is its DEFAULT; issuerSerial is included. */
function signingCertificateV2(certificate: Buffer, parts: CertificateParts): Buffer {
  // GeneralName's directoryName is [4] EXPLICIT (RFC 5280 §4.2.1.6).
  const directoryName = element(0xa4, parts.issuer)
  const issuerSerial = sequence(sequence(directoryName), parts.serialNumber)
  const hash = createHash('sha256').update(certificate).digest()
  return sequence(sequence(sequence(element(TAG.octetString, hash), issuerSerial)))
}

function contentInfo(
  request: CmsRequest,
  parts: CertificateParts,
  attributes: readonly Buffer[],
  signature: Buffer,
): Buffer {
  const version = element(TAG.integer, Buffer.of(1))
  // RFC 5754 §2: SHA-2 identifiers carry no parameters.
  const digestAlgorithm = sequence(objectIdentifier(OID.sha256))
  const signerInfo = sequence(
    version,
    sequence(parts.issuer, parts.serialNumber),
    digestAlgorithm,
    setOf(TAG.context0, attributes),
    signatureAlgorithm(parts.algorithm),
    element(TAG.octetString, signature),
  )
  const signedData = sequence(
    version,
    element(TAG.set, digestAlgorithm),
    sequence(objectIdentifier(OID.data)),
    setOf(TAG.context0, [request.certificate, ...request.chain.map(requireDer)]),
    element(TAG.set, signerInfo),
  )
  return sequence(objectIdentifier(OID.signedData), element(TAG.context0, signedData))
}

/** RFC 5754 §3.2: NULL parameters for RSA; §3.3: none for ECDSA. */
function signatureAlgorithm(algorithm: CertificateParts['algorithm']): Buffer {
  if (algorithm === 'ECDSA-SHA256') return sequence(objectIdentifier(OID.ecdsaWithSha256))
  return sequence(objectIdentifier(OID.rsaWithSha256), Buffer.of(0x05, 0x00))
}

/** RFC 5652 §11.3: UTCTime through 2049, GeneralizedTime from 2050; neither with fractions of a second. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\.\d+Z$|[-:T]/g, '')
  const isNear = date.getUTCFullYear() < 2050
  const text = `${isNear ? digits.slice(2) : digits}Z`
  return element(isNear ? TAG.utcTime : TAG.generalizedTime, Buffer.from(text, 'latin1'))
}

function attribute(type: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(type), element(TAG.set, value))
}
