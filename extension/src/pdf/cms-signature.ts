/** RSA (PKCS #1 v1.5) and ECDSA over signed attributes, in WebCrypto's terms. */
import * as asn1js from 'asn1js'
import type { AlgorithmIdentifier, PublicKeyInfo } from 'pkijs'

type KeyAlgorithm =
  | { readonly name: 'RSASSA-PKCS1-v1_5'; readonly hash: string }
  | { readonly name: 'ECDSA'; readonly hash: string; readonly namedCurve: string; readonly size: number }

const rsaKey = '1.2.840.113549.1.1.1'
const ecKey = '1.2.840.10045.2.1'
/** The digest algorithm is SHA-256 by rule, so rsaEncryption means RSA with SHA-256 (RFC 3370 §3.2). */
const rsaWithSha256 = new Set(['1.2.840.113549.1.1.11', rsaKey])
const ecdsaWithSha256 = '1.2.840.10045.4.3.2'
const curves: Record<string, { namedCurve: string; size: number }> = {
  '1.2.840.10045.3.1.7': { namedCurve: 'P-256', size: 32 },
  '1.3.132.0.34': { namedCurve: 'P-384', size: 48 },
}

/** Null when key and signature algorithm do not belong together or are not ours (SM2 is the bridge's work). */
export function findKeyAlgorithm(key: PublicKeyInfo, signature: AlgorithmIdentifier): KeyAlgorithm | null {
  const parms: unknown = signature.algorithmParams
  if (key.algorithm.algorithmId === rsaKey) {
    const isPlain = parms === undefined || parms instanceof asn1js.Null
    return isPlain && rsaWithSha256.has(signature.algorithmId)
      ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
      : null
  }
  if (key.algorithm.algorithmId !== ecKey || signature.algorithmId !== ecdsaWithSha256 || parms !== undefined)
    return null
  const named: unknown = key.algorithm.algorithmParams
  const curve = named instanceof asn1js.ObjectIdentifier ? curves[named.valueBlock.toString()] : undefined
  return curve ? { name: 'ECDSA', hash: 'SHA-256', ...curve } : null
}

/** `spki` DER of the public key; `signature` as in the CMS: raw RSA or DER ECDSA. */
export async function verifySignature(
  algorithm: KeyAlgorithm,
  spki: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const key = await crypto.subtle.importKey('spki', spki, algorithm, false, ['verify'])
  const raw = algorithm.name === 'ECDSA' ? rawEcdsa(signature, algorithm.size) : signature
  return raw !== null && crypto.subtle.verify(algorithm, key, raw, signed)
}

/** WebCrypto wants r‖s of fixed size where CMS has SEQUENCE { r, s } (RFC 3279 §2.2.3). */
function rawEcdsa(der: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> | null {
  const { offset, result } = asn1js.fromBER(der)
  const parts = result instanceof asn1js.Sequence ? result.valueBlock.value : []
  if (offset !== der.length || parts.length !== 2) return null
  const raw = new Uint8Array(size * 2)
  for (const [index, part] of parts.entries()) {
    if (!(part instanceof asn1js.Integer)) return null
    const bytes = part.valueBlock.valueHexView
    const significant = bytes[0] === 0 ? bytes.subarray(1) : bytes
    if (significant.length > size) return null
    raw.set(significant, size * (index + 1) - significant.length)
  }
  return raw
}
