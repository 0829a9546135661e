/** Which certificate a request names, whether it may sign now, and by which algorithm. */
import { type ErrorCode, SuoqiaoError } from '@suoqiao/protocol'
import type { TokenCertificate } from '../devices/tokens.js'

export type SignatureAlgorithm = 'RSA-SHA256' | 'ECDSA-SHA256'

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
