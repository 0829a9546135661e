/** Which certificate a request names, whether it may sign now, and the CA certificates that belong to it. */
import { X509Certificate } from 'node:crypto'
import { type ErrorCode, SuoqiaoError } from '@suoqiao/protocol'
import type { TokenCertificate } from '../devices/tokens.js'

export type SignatureAlgorithm = 'RSA-SHA256' | 'ECDSA-SHA256'

/** Longest chain worth carrying; Chinese CAs have two or three levels. */
const MAX_CHAIN = 5

/** Throws certificate.not-found, -not-yet-valid, -expired, -not-for-signing. */
export function chooseCertificate(
  certificates: readonly TokenCertificate[],
  certificateId: string,
  now: Date,
): TokenCertificate {
  const certificate = certificates.find((candidate) => candidate.id === certificateId)
  if (!certificate) throw new SuoqiaoError('certificate.not-found')
  const fault = findFault(certificate, now)
  if (fault)
    throw new SuoqiaoError(fault, { notBefore: certificate.notBefore, notAfter: certificate.notAfter })
  return certificate
}

function findFault(certificate: TokenCertificate, now: Date): ErrorCode | null {
  if (now < new Date(certificate.notBefore)) return 'certificate.not-yet-valid'
  if (now > new Date(certificate.notAfter)) return 'certificate.expired'
  const signs = certificate.usage === 'signing' || certificate.usage === 'both'
  return signs ? null : 'certificate.not-for-signing'
}

/** Throws provider.mechanism-unsupported for SM2 and other keys, which this release cannot put into a PDF. */
export function algorithmOf(certificate: TokenCertificate): SignatureAlgorithm {
  switch (certificate.keyType) {
    case 'RSA-2048':
    case 'RSA-3072':
    case 'RSA-4096':
      return 'RSA-SHA256'
    case 'EC-P256':
    case 'EC-P384':
      return 'ECDSA-SHA256'
    case 'SM2':
    case 'other':
      throw new SuoqiaoError('provider.mechanism-unsupported', { keyType: certificate.keyType })
  }
}

/** The CA certificates above `leaf` that the token carries, nearest first; matched by name and by signature. */
export function chainOf(leaf: TokenCertificate, all: readonly TokenCertificate[]): Buffer[] {
  const chain: Buffer[] = []
  let below = leaf
  while (chain.length < MAX_CHAIN && below.issuer !== below.subject) {
    const above = all.find((candidate) => isIssuer(candidate, below))
    if (!above) break
    chain.push(above.der)
    below = above
  }
  return chain
}

function isIssuer(candidate: TokenCertificate, below: TokenCertificate): boolean {
  if (candidate.subject !== below.issuer || candidate.id === below.id) return false
  // Node checks SM2 signatures with an empty signer id, so there the names must do.
  if (candidate.keyType === 'SM2' || candidate.keyType === 'other') return true
  try {
    return new X509Certificate(below.der).verify(new X509Certificate(candidate.der).publicKey)
  } catch {
    return false
  }
}
