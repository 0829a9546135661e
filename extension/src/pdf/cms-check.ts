/** Rule R7: one signer, no content inside, the right digest, the right certificate, a signature that verifies. WebCrypto does the arithmetic. */
import * as asn1js from 'asn1js'
import { Certificate, ContentInfo, IssuerAndSerialNumber, SignedData, type SignerInfo } from 'pkijs'
import { sameBytes } from './bytes.js'
import { findKeyAlgorithm, verifySignature } from './cms-signature.js'

type CmsFault =
  | 'unreadable'
  | 'not-der'
  | 'not-signed-data'
  | 'content-type'
  | 'content-inside'
  | 'signer-count'
  | 'signer-certificate'
  | 'version'
  | 'digest-algorithm'
  | 'no-signed-attributes'
  | 'message-digest'
  | 'signing-certificate'
  | 'algorithm-unsupported'
  | 'signature-wrong'

export interface CmsVerdict {
  readonly verdict: 'ok' | CmsFault
  /** DER; null when it was not found. The chain and its validity are not judged here. */
  readonly certificate: Uint8Array<ArrayBuffer> | null
  /** The signed signingTime attribute, the signer's own clock. */
  readonly signingTime: Date | null
}

const oid = {
  signedData: '1.2.840.113549.1.7.2',
  data: '1.2.840.113549.1.7.1',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
}

interface Parsed {
  readonly signedData: SignedData
  readonly signer: SignerInfo
  readonly certificate: Uint8Array<ArrayBuffer>
}

/**
 * `digest` is the SHA-256 over the ByteRange. ETSI.CAdES signatures must carry signingCertificateV2 (EN 319 142-1
 * §6.3); adbe.pkcs7.detached ones are checked when they do. Never throws.
 */
export async function checkCms(
  cms: Uint8Array<ArrayBuffer>,
  digest: Uint8Array<ArrayBuffer>,
  subFilter: string,
): Promise<CmsVerdict> {
  try {
    const parsed = parse(cms)
    if (typeof parsed === 'string') return { verdict: parsed, certificate: null, signingTime: null }
    const { signer, certificate } = parsed
    const fault =
      shapeFault(parsed) ??
      attributeFault(signer, digest) ??
      (await certificateFault(signer, certificate, subFilter.startsWith('ETSI.'))) ??
      (await signatureFault(signer, certificate))
    return { verdict: fault ?? 'ok', certificate, signingTime: signingTime(signer) }
  } catch {
    return { verdict: 'unreadable', certificate: null, signingTime: null }
  }
}

function parse(cms: Uint8Array<ArrayBuffer>): Parsed | CmsFault {
  const { offset, result } = asn1js.fromBER(cms)
  if (offset !== cms.length) return 'unreadable'
  // A second way to write the same value would let unsigned bytes be altered unseen.
  if (!sameBytes(new Uint8Array(result.toBER()), cms)) return 'not-der'
  // pkijs looks past further members of the outer SEQUENCE (RFC 5652 §3 has two).
  if (!(result instanceof asn1js.Sequence) || result.valueBlock.value.length !== 2) return 'not-signed-data'
  const info = new ContentInfo({ schema: result })
  if (info.contentType !== oid.signedData) return 'not-signed-data'
  const signedData = new SignedData({ schema: info.content })
  const [signer, ...others] = signedData.signerInfos
  if (!signer || others.length > 0) return 'signer-count'
  const certificate = rawCertificates(info).find((der) => isNamed(signer, der))
  return certificate ? { signedData, signer, certificate } : 'signer-certificate'
}

/** The bytes as they stand in the CMS: re-encoding could hide a difference. */
function rawCertificates(info: ContentInfo): Uint8Array<ArrayBuffer>[] {
  const sequence: unknown = info.content
  if (!(sequence instanceof asn1js.Sequence)) return []
  const set = sequence.valueBlock.value.find(
    (block) => block.idBlock.tagClass === 3 && block.idBlock.tagNumber === 0,
  )
  if (!(set instanceof asn1js.Constructed)) return []
  return set.valueBlock.value.map((block) => new Uint8Array(block.valueBeforeDecodeView))
}

function isNamed(signer: SignerInfo, der: Uint8Array<ArrayBuffer>): boolean {
  const certificate = Certificate.fromBER(der)
  return (
    signer.sid instanceof IssuerAndSerialNumber &&
    signer.sid.issuer.isEqual(certificate.issuer) &&
    signer.sid.serialNumber.isEqual(certificate.serialNumber)
  )
}

/** RFC 5652 §5.1, §5.3: what id-data with one issuer-and-serial signer must look like. */
function shapeFault({ signedData, signer }: Parsed): CmsFault | undefined {
  if (signedData.version !== 1 || signer.version !== 1) return 'version'
  if (signedData.encapContentInfo.eContentType !== oid.data) return 'content-type'
  if (signedData.encapContentInfo.eContent) return 'content-inside'
  const algorithms = [...signedData.digestAlgorithms, signer.digestAlgorithm]
  const isExpected = algorithms.every(
    (algorithm) =>
      algorithm.algorithmId === oid.sha256 &&
      (algorithm.algorithmParams === undefined || algorithm.algorithmParams instanceof asn1js.Null),
  )
  return isExpected && algorithms.length === 2 ? undefined : 'digest-algorithm'
}

function attributeFault(signer: SignerInfo, digest: Uint8Array): CmsFault | undefined {
  if (!signer.signedAttrs) return 'no-signed-attributes'
  const contentType = onlyValue(signer, oid.contentType)
  if (!(contentType instanceof asn1js.ObjectIdentifier) || contentType.valueBlock.toString() !== oid.data) {
    return 'content-type'
  }
  const signed = onlyValue(signer, oid.messageDigest)
  const isSame = signed instanceof asn1js.OctetString && sameBytes(signed.valueBlock.valueHexView, digest)
  return isSame && digest.length === 32 ? undefined : 'message-digest'
}

/** The one value of the one attribute of this type; undefined when it is missing or there are several. */
function onlyValue(signer: SignerInfo, type: string): unknown {
  const [attribute, ...others] = (signer.signedAttrs?.attributes ?? []).filter((item) => item.type === type)
  const [value, ...more] = attribute?.values ?? []
  return others.length === 0 && more.length === 0 ? value : undefined
}

async function certificateFault(
  signer: SignerInfo,
  certificate: Uint8Array<ArrayBuffer>,
  isRequired: boolean,
): Promise<CmsFault | undefined> {
  const attribute = onlyValue(signer, oid.signingCertificateV2)
  if (attribute === undefined && !isRequired) return undefined
  const named = essHash(attribute)
  const expected = new Uint8Array(await crypto.subtle.digest('SHA-256', certificate))
  return named && sameBytes(named, expected) ? undefined : 'signing-certificate'
}

/** SigningCertificateV2 → certs → first ESSCertIDv2 → certHash; the hash algorithm is SHA-256 by default (RFC 5035 §3). */
function essHash(attribute: unknown): Uint8Array | null {
  const certs = firstOf(attribute)
  const essCertId = firstOf(certs)
  const first = firstOf(essCertId)
  if (first instanceof asn1js.OctetString) return first.valueBlock.valueHexView
  // The algorithm is written out: the hash is the second member. Its length tells SHA-256 from others.
  const second = essCertId instanceof asn1js.Sequence ? essCertId.valueBlock.value[1] : undefined
  return second instanceof asn1js.OctetString ? second.valueBlock.valueHexView : null
}

function firstOf(block: unknown): unknown {
  return block instanceof asn1js.Sequence ? block.valueBlock.value[0] : undefined
}

async function signatureFault(
  signer: SignerInfo,
  certificate: Uint8Array<ArrayBuffer>,
): Promise<CmsFault | undefined> {
  const signed = signer.signedAttrs?.encodedValue
  if (!signed) return 'no-signed-attributes'
  const spki = Certificate.fromBER(certificate).subjectPublicKeyInfo
  const algorithm = findKeyAlgorithm(spki, signer.signatureAlgorithm)
  if (!algorithm) return 'algorithm-unsupported'
  const signature = new Uint8Array(signer.signature.valueBlock.valueHexView)
  // pkijs keeps the attributes with the SET tag that the signature covers in place of [0] (RFC 5652 §5.4).
  const key = new Uint8Array(spki.toSchema().toBER())
  const isRight = await verifySignature(algorithm, key, signature, new Uint8Array(signed))
  return isRight ? undefined : 'signature-wrong'
}

function signingTime(signer: SignerInfo): Date | null {
  const value = onlyValue(signer, oid.signingTime)
  return value instanceof asn1js.UTCTime || value instanceof asn1js.GeneralizedTime ? value.toDate() : null
}
