/** The object identifiers a signature of ours names, each with the standard that assigns it. */

export const OID = {
  /** RFC 5652 §4. */
  data: '1.2.840.113549.1.7.1',
  /** RFC 5652 §5.1. */
  signedData: '1.2.840.113549.1.7.2',
  /** RFC 5652 §11.1–11.3. */
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  /** RFC 5035 §3. */
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  /** RFC 5754 §2.2. */
  sha256: '2.16.840.1.101.3.4.2.1',
  /** RFC 5754 §3.2 and §3.3. */
  rsaWithSha256: '1.2.840.113549.1.1.11',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  /** RFC 8017 appendix C and RFC 5480 §2.1. */
  rsaEncryption: '1.2.840.113549.1.1.1',
  ecPublicKey: '1.2.840.10045.2.1',
  p256: '1.2.840.10045.3.1.7',
  p384: '1.3.132.0.34',
} as const
