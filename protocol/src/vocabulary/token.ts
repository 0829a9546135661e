/** Tokens and certificates as every part of the product speaks of them. */
import * as v from 'valibot'
import { certificateId, count, isoDate, tokenId } from './fields.js'

export const keyType = v.picklist(['RSA-2048', 'RSA-3072', 'RSA-4096', 'EC-P256', 'EC-P384', 'SM2', 'other'])
export const certificateUsage = v.picklist(['signing', 'encryption', 'both', 'other'])

/** One certificate of a token, parsed. `subject` and `issuer` are RFC 4514 strings. */
export const certificateInfo = v.object({
  id: certificateId,
  subject: v.string(),
  /** The holder's name to show (CN, else O). */
  holder: v.string(),
  issuer: v.string(),
  serialNumber: v.string(),
  notBefore: isoDate,
  notAfter: isoDate,
  /** Whole days until notAfter; negative when it has expired. */
  daysLeft: v.pipe(v.number(), v.integer()),
  usage: certificateUsage,
  keyType,
  /** 统一社会信用代码 found in the subject or an extension. */
  uscc: v.optional(v.string()),
})
export type CertificateInfo = v.InferOutput<typeof certificateInfo>

/** `triesLeft` is null when the token does not tell: shown as 次数未知, never guessed. */
export const pinStatus = v.object({
  triesLeft: v.nullable(count),
  /** Some wrong tries have been made since the last right one. */
  low: v.boolean(),
  /** The next wrong PIN locks the token. */
  finalTry: v.boolean(),
  locked: v.boolean(),
})
export type PinStatus = v.InferOutput<typeof pinStatus>

export const tokenInfo = v.object({
  id: tokenId,
  provider: v.string(),
  vendor: v.string(),
  label: v.string(),
  serial: v.string(),
  /** 练习设备: software keys, no legal effect. */
  practice: v.boolean(),
  pin: pinStatus,
})
export type TokenInfo = v.InferOutput<typeof tokenInfo>
