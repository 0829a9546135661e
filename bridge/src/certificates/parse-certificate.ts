/** Reads one X.509 certificate into what the product shows. Works for RSA, EC and SM2 without Node's key objects. */
import { createHash } from 'node:crypto'
import type { CertificateInfo } from '@suoqiao/protocol'
import { fromBER } from 'asn1js'
import { BasicConstraints, Certificate } from 'pkijs'
import { attributesOf, holderOf, toRfc4514 } from './distinguished-name.js'
import { keyTypeOf } from './key-type.js'
import { usageOf } from './key-usage.js'
import { findUscc } from './uscc.js'

export interface ParsedCertificate {
  readonly info: CertificateInfo
  readonly der: Buffer
  /** DER of subject and issuer names, to find chains. */
  readonly subjectDer: Buffer
  readonly issuerDer: Buffer
  /** basicConstraints says it is a CA. */
  readonly isAuthority: boolean
}

const BASIC_CONSTRAINTS = '2.5.29.19'
const DAY_MS = 86_400_000

/** Parsing takes a millisecond or two and a certificate never changes; all tokens of a company hold fewer than these. */
const MAX_REMEMBERED = 64
const remembered = new Map<string, ParsedCertificate>()

/** Null when it is not a certificate. `now` decides daysLeft. Never throws. */
export function parseCertificate(der: Buffer, now: Date = new Date()): ParsedCertificate | null {
  const id = createHash('sha256').update(der).digest('hex')
  const parsed = remembered.get(id) ?? parseAndRemember(id, der)
  if (parsed === null) return null
  const daysLeft = Math.floor((Date.parse(parsed.info.notAfter) - now.getTime()) / DAY_MS)
  return { ...parsed, info: { ...parsed.info, daysLeft } }
}

function parseAndRemember(id: string, der: Buffer): ParsedCertificate | null {
  try {
    const parsed = read(id, der)
    const oldest = remembered.size >= MAX_REMEMBERED ? remembered.keys().next().value : undefined
    if (oldest !== undefined) remembered.delete(oldest)
    if (parsed !== null) remembered.set(id, parsed)
    return parsed
  } catch {
    return null
  }
}

function read(id: string, der: Buffer): ParsedCertificate | null {
  const parsed = fromBER(der)
  // Bytes after the certificate would be signed by nobody, yet change its hash, which is our id.
  if (parsed.offset !== der.length) return null
  const certificate = new Certificate({ schema: parsed.result })
  const subject = attributesOf(certificate.subject)
  const uscc = findUscc([...subject.map(({ value }) => value), ...extensionTexts(certificate)])
  return {
    info: {
      id,
      subject: toRfc4514(subject),
      holder: holderOf(subject),
      issuer: toRfc4514(attributesOf(certificate.issuer)),
      serialNumber: serialOf(certificate),
      notBefore: certificate.notBefore.value.toISOString(),
      notAfter: certificate.notAfter.value.toISOString(),
      /** Depends on the day of asking: parseCertificate fills it in. */
      daysLeft: 0,
      usage: usageOf(certificate),
      keyType: keyTypeOf(certificate.subjectPublicKeyInfo),
      ...(uscc === undefined ? {} : { uscc }),
    },
    der,
    subjectDer: Buffer.from(certificate.subject.valueBeforeDecode),
    issuerDer: Buffer.from(certificate.issuer.valueBeforeDecode),
    isAuthority: isAuthority(certificate),
  }
}

/** Upper-case hex without leading zero bytes, as openssl and the portals show it. */
function serialOf(certificate: Certificate): string {
  const hex = Buffer.from(certificate.serialNumber.valueBlock.valueHexView).toString('hex').toUpperCase()
  return hex.replace(/^(?:00)+(?=..)/, '')
}

/**
 * GM/T 0015-2012 and the authorities' own extensions (1.2.156.…) hold codes as plain strings, wrapped in one or several
 * DER layers; the characters stay readable in the bytes.
 */
function extensionTexts(certificate: Certificate): string[] {
  return (certificate.extensions ?? [])
    .filter(({ extnID }) => extnID.startsWith('1.2.156.') || extnID === '2.5.29.17')
    .map(({ extnValue }) => {
      const bytes = Buffer.from(extnValue.valueBlock.valueHexView)
      // DER tags and lengths in front may look like characters: they are cut off by what is not printable.
      return bytes.toString('latin1').replace(/[^\x20-\x7e]/g, ' ')
    })
}

function isAuthority(certificate: Certificate): boolean {
  const extension = certificate.extensions?.find(({ extnID }) => extnID === BASIC_CONSTRAINTS)
  return extension?.parsedValue instanceof BasicConstraints && extension.parsedValue.cA
}
