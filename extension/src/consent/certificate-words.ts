/** How certificates are put into words: kind of key, life, tries, issuer. */
import type { CertificateInfo } from '@suoqiao/protocol'
import { sayDay } from '../ui/format'
import { t } from '../ui/i18n'
import { daysLeft, issuerName, type Offer } from './certificate-choice'

/** “RSA 2048 位”, “椭圆曲线 P-256”; null when the kind of key is not known. */
export function sayKey(keyType: CertificateInfo['keyType']): string | null {
  if (keyType === 'SM2') return t('consent.certificate.key.sm2')
  const bits = /\d+$/.exec(keyType)?.[0]
  if (bits === undefined) return null
  return t(keyType.startsWith('RSA') ? 'consent.certificate.key.rsa' : 'consent.certificate.key.curve', {
    bits,
  })
}

/** A space between Chinese and Latin (ui README, Type): 由 CFCA 颁发, but 由练习证书机构颁发. */
export function sayIssuer(certificate: CertificateInfo): string {
  const issuer = issuerName(certificate.issuer)
    .replace(/^(?=\w)/, ' ')
    .replace(/(?<=\w)$/, ' ')
  return t('consent.certificate.issuer', { issuer }).replace(/ {2,}/g, ' ').trim()
}

export function sayLife(certificate: CertificateInfo): string {
  const days = daysLeft(certificate)
  if (days < 0) return t('consent.certificate.ended', { day: sayDay(certificate.notAfter) })
  return `${t('consent.certificate.days')} ${t('consent.certificate.days.n', { n: days })}`
}

/** Unknown tries are said to be unknown, never guessed. */
export function sayTries({ token }: Offer): string {
  const { locked, triesLeft } = token.pin
  if (locked) return t('consent.certificate.line.locked')
  if (triesLeft === null) return t('consent.certificate.line.unknown')
  return t('consent.certificate.line.tries', { n: triesLeft })
}
