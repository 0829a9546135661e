/** Reads CK_TOKEN_INFO the way real tokens fill it: padding, flags, PIN lengths. */
import type { PinStatus } from '@suoqiao/protocol'

/** PKCS#11 v2.40 §3.2, CK_TOKEN_INFO flags. */
export const FLAGS = {
  loginRequired: 0x4,
  tokenInitialized: 0x400,
  userPinCountLow: 0x10000,
  userPinFinalTry: 0x20000,
  userPinLocked: 0x40000,
  userPinToBeChanged: 0x80000,
} as const

/** The standard pads with blanks, tpm2-pkcs11 with NUL; both may be mixed. */
export function trimPadding(text: string): string {
  const end = text.indexOf('\0')
  return (end < 0 ? text : text.slice(0, end)).trim()
}

/** Tries are given only where the flags say them for certain; many tokens never set a flag. */
export function pinStatusOf(flags: number): PinStatus {
  const locked = (flags & FLAGS.userPinLocked) !== 0
  const finalTry = !locked && (flags & FLAGS.userPinFinalTry) !== 0
  const low = locked || finalTry || (flags & FLAGS.userPinCountLow) !== 0
  return { triesLeft: locked ? 0 : finalTry ? 1 : null, low, finalTry, locked }
}

export interface PinLengths {
  readonly minPinLen: number
  readonly maxPinLen: number
}

/** False when the token's own limits exclude the PIN, so that no try is spent on it. Nonsense limits are ignored. */
export function isPinLengthAllowed(bytes: number, { minPinLen, maxPinLen }: PinLengths): boolean {
  if (bytes === 0) return false
  const isPlausible = maxPinLen > 0 && maxPinLen <= 255 && minPinLen <= maxPinLen
  return !isPlausible || (bytes >= minPinLen && bytes <= maxPinLen)
}
