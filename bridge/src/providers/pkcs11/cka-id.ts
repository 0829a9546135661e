/** Compares CKA_IDs the way real libraries write them. */

/**
 * The private key of a certificate carries the same CKA_ID (PKCS#11 v2.40 §4.6.1), but libraries pad it with NULs on
 * one of the two objects, or return its hex as ASCII (tpm2-pkcs11: 0x01 comes back as "3031"). A wrong guess does no
 * harm: every signature is verified against the certificate.
 */
export function isSameCkaId(one: Buffer, other: Buffer): boolean {
  const a = withoutPadding(one)
  const b = withoutPadding(other)
  if (a.length === 0 || b.length === 0) return false
  return a.equals(b) || isHexOf(a, b) || isHexOf(b, a)
}

function withoutPadding(id: Buffer): Buffer {
  let end = id.length
  while (end > 0 && id[end - 1] === 0) end -= 1
  return id.subarray(0, end)
}

function isHexOf(text: Buffer, id: Buffer): boolean {
  return text.length === id.length * 2 && text.toString('latin1').toLowerCase() === id.toString('hex')
}
