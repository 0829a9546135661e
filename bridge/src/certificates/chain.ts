/** Finds the issuers of a certificate among those on the token. */
import type { ParsedCertificate } from './parse-certificate.js'

/** No real chain is longer; it also ends circles. */
const MAX_CHAIN = 8

/**
 * Nearest issuer first, a self-signed root last. Matched by name only: whoever trusts the chain verifies it, and a
 * wrong certificate in a CMS does no harm.
 */
export function chainOf(
  certificate: ParsedCertificate,
  authorities: readonly ParsedCertificate[],
): readonly ParsedCertificate[] {
  const chain: ParsedCertificate[] = []
  let last = certificate
  while (chain.length < MAX_CHAIN && !last.issuerDer.equals(last.subjectDer)) {
    const issuer = authorities.find(
      (candidate) => candidate.subjectDer.equals(last.issuerDer) && !chain.includes(candidate),
    )
    if (issuer === undefined) break
    chain.push(issuer)
    last = issuer
  }
  return chain
}
