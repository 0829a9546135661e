/** Turns a token's raw certificates into what handlers show and use: the holder's own, each with its chain. */
import type { TokenCertificate } from './tokens.js'

/** Certificates that cannot be parsed and those of authorities are left out; the latter serve as chains. */
export async function readCertificates(ders: readonly Buffer[]): Promise<readonly TokenCertificate[]> {
  const { parseCertificate } = await import('../certificates/parse-certificate.js')
  const { chainOf } = await import('../certificates/chain.js')
  const parsed = ders.flatMap((der) => parseCertificate(der) ?? [])
  const authorities = parsed.filter(({ isAuthority }) => isAuthority)
  return parsed
    .filter(({ isAuthority }) => !isAuthority)
    .map((certificate) => ({
      ...certificate.info,
      der: certificate.der,
      chain: chainOf(certificate, authorities).map(({ der }) => der),
    }))
}
