/** Which certificates the consent window offers, and why one cannot be used now. */
import type { CertificateInfo, ErrorCode, TokenInfo } from '@suoqiao/protocol'

export interface Offer {
  readonly token: TokenInfo
  readonly certificate: CertificateInfo
  /** Null when it may sign; else the error the bridge would answer. */
  readonly obstacle: ErrorCode | null
}

const DAY_MS = 86_400_000

function certificateObstacle(certificate: CertificateInfo, now: number): ErrorCode | null {
  if (certificate.usage === 'encryption') return 'certificate.not-for-signing'
  if (Date.parse(certificate.notAfter) <= now) return 'certificate.expired'
  if (Date.parse(certificate.notBefore) > now) return 'certificate.not-yet-valid'
  return null
}

/** The practice token exists only for practice jobs: on a real portal it is not even listed. */
export function mayOffer(token: TokenInfo, practiceJob: boolean): boolean {
  return practiceJob || !token.practice
}

/**
 * The certificates to show. Encryption certificates are left out beside signing ones (tokens carry both kinds);
 * alone they are shown with their reason, so that the window never says that nothing is there.
 */
export function offersOf(
  found: readonly { readonly token: TokenInfo; readonly certificates: readonly CertificateInfo[] }[],
  now = Date.now(),
): Offer[] {
  const all = found.flatMap(({ token, certificates }) =>
    certificates.map((certificate) => ({
      token,
      certificate,
      obstacle: token.pin.locked ? 'token.pin-locked' : certificateObstacle(certificate, now),
    })),
  ) satisfies Offer[]
  const signing = all.filter((offer) => offer.certificate.usage !== 'encryption')
  return signing.length > 0 ? signing : all
}

export function offerKey(offer: Offer): string {
  return `${offer.token.id} ${offer.certificate.id}`
}

/** One certificate is taken as it is; of several nothing is preselected, and a choice stays while it is still there. */
export function chooseAmong(offers: readonly Offer[], before: string | null): string | null {
  const [only] = offers
  if (offers.length === 1 && only) return offerKey(only)
  return before !== null && offers.some((offer) => offerKey(offer) === before) ? before : null
}

/** Whole days until the certificate ends, for “证书还有 214 天”. */
export function daysLeft(certificate: CertificateInfo, now = Date.now()): number {
  return Math.floor((Date.parse(certificate.notAfter) - now) / DAY_MS)
}

/** True when the holder alone does not tell this certificate from another one in the list. */
export function isAmbiguous(offer: Offer, offers: readonly Offer[]): boolean {
  return offers.some((other) => other !== offer && other.certificate.holder === offer.certificate.holder)
}

/** True when not even holder, issuer, device and kind of key differ: then only the serial number is left. */
export function isTwin(offer: Offer, offers: readonly Offer[]): boolean {
  const traits = ({ token, certificate }: Offer) =>
    [certificate.holder, certificate.issuer, token.label, certificate.keyType].join('\n')
  return offers.some((other) => other !== offer && traits(other) === traits(offer))
}

/** The issuer's short name out of an RFC 4514 string: CN, else O, else the whole. */
export function issuerName(issuer: string): string {
  const part = (name: string) =>
    new RegExp(`(?:^|[,+])\\s*${name}=((?:\\\\.|[^,+\\\\])*)`, 'i').exec(issuer)?.[1]
  return (part('CN') ?? part('O') ?? issuer).replace(/\\(.)/g, '$1').trim()
}
