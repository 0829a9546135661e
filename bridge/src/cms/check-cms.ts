/** Reads a finished CMS again and verifies it, so that nothing wrong leaves the bridge (design: self-verified). */
import { createHash, verify, X509Certificate } from 'node:crypto'
import { SuoqiaoError } from '@suoqiao/protocol'
import { readCertificateParts } from './certificate-parts.js'
import { type Element, objectIdentifier, readAll, readOne, sequence, TAG } from './der.js'
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

/** The fields of SignedData and SignerInfo (RFC 5652 §5.1 and §5.3) in their only order for a detached B-B signature. */
function findFault(cms: Buffer, expected: CmsExpectation): string | null {
  const [contentType, wrapped] = childrenOf(readOne(cms), TAG.sequence)
  if (!is(contentType, objectIdentifier(OID.signedData))) return 'not signed data'
  const [signedData] = childrenOf(wrapped, TAG.context0)
  const [, , content, certificates, signers, ...more] = childrenOf(signedData, TAG.sequence)
  if (more.length > 0) return 'more fields'
  if (!is(content, sequence(objectIdentifier(OID.data)))) return 'content inside, or of another type'
  const carried = childrenOf(certificates, TAG.context0)
  if (!carried.some((certificate) => is(certificate, expected.certificate))) return 'certificate missing'
  const [signer, ...others] = childrenOf(signers, TAG.set)
  if (!signer || others.length > 0) return 'not exactly one signer'
  return findSignerFault(signer, expected)
}

function findSignerFault(signer: Element, expected: CmsExpectation): string | null {
  const fields = childrenOf(signer, TAG.sequence)
  const [version, sid, digestAlgorithm, attributes, signatureAlgorithm, signature, ...more] = fields
  const { issuer, serialNumber, algorithm } = readCertificateParts(expected.certificate)
  if (!is(version, Buffer.of(TAG.integer, 1, 1)) || more.length > 0) return 'not a signer of this kind'
  if (!is(sid, sequence(issuer, serialNumber))) return 'other signer'
  if (!is(digestAlgorithm, sequence(objectIdentifier(OID.sha256)))) return 'other digest algorithm'
  if (!attributes || signature?.tag !== TAG.octetString) return 'no signed attributes or no signature'
  const isRsa = algorithm === 'RSA-SHA256'
  const named = objectIdentifier(isRsa ? OID.rsaWithSha256 : OID.ecdsaWithSha256)
  const wanted = isRsa ? sequence(named, Buffer.of(0x05, 0x00)) : sequence(named)
  if (!is(signatureAlgorithm, wanted)) return 'other signature algorithm'
  return findAttributeFault(attributes, expected) ?? findSignatureFault(attributes, signature, expected)
}

function findAttributeFault(attributes: Element, expected: CmsExpectation): string | null {
  const all = childrenOf(attributes, TAG.context0).map((attribute) => childrenOf(attribute, TAG.sequence))
  /** The one value of the one attribute of this type; undefined when it is missing or there are several. */
  const onlyValue = (type: string): Element | undefined => {
    const found = all.filter(([name]) => is(name, objectIdentifier(type)))
    const values = found.length === 1 ? childrenOf(found[0]?.[1], TAG.set) : []
    return values.length === 1 ? values[0] : undefined
  }
  if (!is(onlyValue(OID.contentType), objectIdentifier(OID.data))) return 'wrong content type attribute'
  const digest = onlyValue(OID.messageDigest)
  if (digest?.tag !== TAG.octetString || !digest.content.equals(expected.docDigest)) {
    return 'other message digest'
  }
  if (!onlyValue(OID.signingTime)) return 'no signing time'
  const hash = createHash('sha256').update(expected.certificate).digest()
  if (!essHash(onlyValue(OID.signingCertificateV2)).equals(hash)) return 'other certificate named'
  return null
}

/** SigningCertificateV2 → certs → first ESSCertIDv2 → certHash, with the default hash algorithm (RFC 5035 §3). */
function essHash(value: Element | undefined): Buffer {
  const [certs] = childrenOf(value, TAG.sequence)
  const [first] = childrenOf(certs, TAG.sequence)
  const [hash] = childrenOf(first, TAG.sequence)
  if (hash?.tag !== TAG.octetString) throw new RangeError('no certificate hash')
  return hash.content
}

/** The signature covers the attributes with the tag of a SET in place of [0] (RFC 5652 §5.4). */
function findSignatureFault(
  attributes: Element,
  signature: Element,
  { certificate }: CmsExpectation,
): string | null {
  const signed = Buffer.concat([Buffer.of(TAG.set), attributes.whole.subarray(1)])
  const { publicKey } = new X509Certificate(certificate)
  return verify('sha256', signed, publicKey, signature.content) ? null : 'signature does not verify'
}

const is = (found: Element | undefined, bytes: Buffer): boolean => found?.whole.equals(bytes) === true

function childrenOf(parent: Element | undefined, tag: number): Element[] {
  if (parent?.tag !== tag) throw new RangeError(`no element with tag ${tag}`)
  return readAll(parent.content)
}
