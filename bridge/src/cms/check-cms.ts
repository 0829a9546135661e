/** Reads a finished CMS again and verifies it, so that nothing wrong leaves the bridge (design: self-verified). */
import { createHash, verify, X509Certificate } from 'node:crypto'
import { SuoqiaoError } from '@suoqiao/protocol'
import * as asn1js from 'asn1js'
import { Certificate, ContentInfo, IssuerAndSerialNumber, SignedData, type SignerInfo } from 'pkijs'
import { OID } from './oids.js'

export interface CmsExpectation {
  /** SHA-256 of the signed bytes. */
  readonly docDigest: Buffer
  /** The signer's certificate, DER: RSA or ECDSA only (Node's SM2 keys use an empty signer id). */
  readonly certificate: Buffer
}

/** Throws provider.bad-signature with the reason when anything is not as it must be. */
export function checkCms(cms: Buffer, expected: CmsExpectation): void {
  let reason: string | null
  try {
    reason = findFault(cms, expected)
  } catch (cause) {
    throw new SuoqiaoError('provider.bad-signature', { reason: 'unreadable' }, { cause })
  }
  if (reason) throw new SuoqiaoError('provider.bad-signature', { reason })
}

function findFault(cms: Buffer, expected: CmsExpectation): string | null {
  const { offset, result } = asn1js.fromBER(cms)
  if (offset !== cms.length) return 'trailing bytes'
  const info = new ContentInfo({ schema: result })
  if (info.contentType !== OID.signedData) return 'not signed data'
  const signedData = new SignedData({ schema: info.content })
  const signer = signedData.signerInfos[0]
  if (!signer || signedData.signerInfos.length !== 1) return 'not exactly one signer'
  if (signedData.encapContentInfo.eContentType !== OID.data) return 'wrong content type'
  if (signedData.encapContentInfo.eContent) return 'content inside'
  if (!carries(signedData, expected.certificate)) return 'certificate missing'
  if (!names(signer, expected.certificate)) return 'other signer'
  return findAttributeFault(signer, expected) ?? findSignatureFault(signer, expected.certificate)
}

function carries(signedData: SignedData, certificate: Buffer): boolean {
  return (signedData.certificates ?? []).some((item) =>
    Buffer.from(item.toSchema().toBER()).equals(certificate),
  )
}

function names(signer: SignerInfo, der: Buffer): boolean {
  const certificate = Certificate.fromBER(Uint8Array.from(der))
  return (
    signer.sid instanceof IssuerAndSerialNumber &&
    signer.sid.issuer.isEqual(certificate.issuer) &&
    signer.sid.serialNumber.isEqual(certificate.serialNumber)
  )
}

function findAttributeFault(signer: SignerInfo, expected: CmsExpectation): string | null {
  if (signer.digestAlgorithm.algorithmId !== OID.sha256) return 'other digest algorithm'
  const contentType = onlyValue(signer, OID.contentType)
  if (!(contentType instanceof asn1js.ObjectIdentifier)) return 'no content type attribute'
  if (contentType.valueBlock.toString() !== OID.data) return 'wrong content type attribute'
  const digest = onlyValue(signer, OID.messageDigest)
  if (!(digest instanceof asn1js.OctetString)) return 'no message digest'
  if (!expected.docDigest.equals(digest.valueBlock.valueHexView)) return 'other message digest'
  if (!onlyValue(signer, OID.signingTime)) return 'no signing time'
  const named = essHash(onlyValue(signer, OID.signingCertificateV2))
  if (!named?.equals(createHash('sha256').update(expected.certificate).digest()))
    return 'other certificate named'
  return null
}

/** The one value of the one attribute of this type; undefined when it is missing or there are several. */
function onlyValue(signer: SignerInfo, type: string): unknown {
  const found = (signer.signedAttrs?.attributes ?? []).filter((attribute) => attribute.type === type)
  const values = found[0]?.values ?? []
  return found.length === 1 && values.length === 1 ? values[0] : undefined
}

/** SigningCertificateV2 → certs → first ESSCertIDv2 → certHash, with the default hash algorithm (RFC 5035 §3). */
function essHash(value: unknown): Buffer | null {
  let block: unknown = value
  for (let level = 0; level < 3; level += 1) {
    block = block instanceof asn1js.Sequence ? block.valueBlock.value[0] : undefined
  }
  return block instanceof asn1js.OctetString ? Buffer.from(block.valueBlock.valueHexView) : null
}

function findSignatureFault(signer: SignerInfo, certificate: Buffer): string | null {
  // pkijs keeps the bytes it read, with the SET tag that the signature covers in place of [0] (RFC 5652 §5.4).
  const signed = signer.signedAttrs?.encodedValue
  if (!signed) return 'no signed attributes'
  const { publicKey } = new X509Certificate(certificate)
  const algorithm = publicKey.asymmetricKeyType === 'rsa' ? OID.rsaWithSha256 : OID.ecdsaWithSha256
  if (signer.signatureAlgorithm.algorithmId !== algorithm) return 'other signature algorithm'
  const signature = signer.signature.valueBlock.valueHexView
  return verify('sha256', Buffer.from(signed), publicKey, signature) ? null : 'signature does not verify'
}
