/** Turns a token's raw certificates into what handlers show and use: the holder's own, each with its chain. */
import { createHash } from 'node:crypto'
import type { ParsedCertificate } from '../certificates/parse-certificate.js'
import type { TokenCertificate } from './tokens.js'

/** Reading one takes a millisecond or more, and each signature asks for all of them. */
const remembered = new Map<string, { readonly parsed: ParsedCertificate; readonly day: number }>()
const MAX_REMEMBERED = 64
const DAY_MS = 86_400_000

/** Certificates that cannot be parsed and those of authorities are left out; the latter serve as chains. */
export async function readCertificates(ders: readonly Buffer[]): Promise<readonly TokenCertificate[]> {
  const { parseCertificate } = await import('../certificates/parse-certificate.js')
  const { chainOf } = await import('../certificates/chain.js')
  const parsed = ders.flatMap((der) => recall(der, parseCertificate) ?? [])
  const authorities = parsed.filter(({ isAuthority }) => isAuthority)
  return parsed
    .filter(({ isAuthority }) => !isAuthority)
    .map((certificate) => ({
      ...certificate.info,
      der: certificate.der,
      chain: chainOf(certificate, authorities).map(({ der }) => der),
    }))
}

/** What was read before is read anew on another day, because of daysLeft. */
function recall(
  der: Buffer,
  parse: (der: Buffer, now: Date) => ParsedCertificate | null,
): ParsedCertificate | null {
  const id = createHash('sha256').update(der).digest('hex')
  const now = new Date()
  const day = Math.floor(now.getTime() / DAY_MS)
  const known = remembered.get(id)
  if (known?.day === day) return known.parsed
  const parsed = parse(der, now)
  if (parsed === null) return null
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(id, { parsed, day })
  return parsed
}
