/** What a certificate's key may be used for. Chinese tokens hold two certificates: one signs, one encrypts. */
import type { CertificateInfo } from '@suoqiao/protocol'
import { BitString } from 'asn1js'
import type { Certificate } from 'pkijs'

const KEY_USAGE = '2.5.29.15'
/** RFC 5280 §4.2.1.3, bits of the first octet. */
const DIGITAL_SIGNATURE = 0x80
const NON_REPUDIATION = 0x40
const KEY_ENCIPHERMENT = 0x20
const DATA_ENCIPHERMENT = 0x10
const KEY_AGREEMENT = 0x08

/** Without the extension a key may do everything (RFC 5280 §4.2.1.3). */
export function usageOf(certificate: Certificate): CertificateInfo['usage'] {
  const extension = certificate.extensions?.find(({ extnID }) => extnID === KEY_USAGE)
  if (extension === undefined) return 'both'
  const { parsedValue } = extension
  const bits = parsedValue instanceof BitString ? (parsedValue.valueBlock.valueHexView[0] ?? 0) : 0
  const canSign = (bits & (DIGITAL_SIGNATURE | NON_REPUDIATION)) !== 0
  const canEncrypt = (bits & (KEY_ENCIPHERMENT | DATA_ENCIPHERMENT | KEY_AGREEMENT)) !== 0
  if (canSign && canEncrypt) return 'both'
  if (canSign) return 'signing'
  return canEncrypt ? 'encryption' : 'other'
}
