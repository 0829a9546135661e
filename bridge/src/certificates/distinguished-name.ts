/** Writes X.500 names as RFC 4514 strings, and reads the encodings that Chinese authorities really use. */
import type { RelativeDistinguishedNames } from 'pkijs'

/** RFC 4514 §3 and, where it names none, the short names openssl prints. */
const NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '2.5.4.43': 'initials',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
}
/** Universal tags of strings whose bytes are not one-byte or UTF-8 text: BMPString, UniversalString. */
const WIDE_TAGS = [28, 30]
const COMMON_NAME = '2.5.4.3'
const ORGANIZATION = '2.5.4.10'

export interface NameAttribute {
  readonly type: string
  readonly value: string
}

/** In the order of the certificate. */
export function attributesOf(name: RelativeDistinguishedNames): NameAttribute[] {
  return name.typesAndValues.map(({ type, value }) => ({
    type,
    value: WIDE_TAGS.includes(value.idBlock.tagNumber)
      ? value.valueBlock.value
      : decodeText(value.valueBlock.valueHexView),
  }))
}

/** RFC 4514 §2.1: the last one first. */
export function toRfc4514(attributes: readonly NameAttribute[]): string {
  return attributes
    .map(({ type, value }) => `${NAMES[type] ?? type}=${escapeValue(value)}`)
    .reverse()
    .join(',')
}

/** The name to show: CN, else O, else the whole name. */
export function holderOf(attributes: readonly NameAttribute[]): string {
  const find = (wanted: string) => attributes.findLast(({ type }) => type === wanted)?.value.trim()
  return find(COMMON_NAME) || find(ORGANIZATION) || toRfc4514(attributes)
}

/**
 * Older authorities put GBK bytes into PrintableString or T61String (RFC 5280 Appendix A allows neither); what is not
 * valid UTF-8 is therefore read as GB 18030.
 */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

/** RFC 4514 §2.4. Control characters would let a name forge a line. */
function escapeValue(value: string): string {
  return value
    .replace(/[\\",+<>;]/g, '\\$&')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ')
    .replace(/\p{Cc}/gu, (character) =>
      Buffer.from(character, 'utf8').toString('hex').toUpperCase().replace(/../g, '\\$&'),
    )
}
