/** Numbers as the screens write them: sizes, hex groups, dates. */
import { t } from './i18n'

const KIB = 1024
const MIB = 1024 * 1024

/** 412 KB, 4.9 MB. One decimal is cut, not rounded: a file just under a limit must not read as the limit. */
export function sayBytes(bytes: number): string {
  if (bytes < KIB) return t('parts.bytes', { n: bytes })
  if (bytes < MIB) return `${Math.round(bytes / KIB)} KB`
  const tenths = Math.floor((bytes / MIB) * 10) / 10
  return `${tenths} MB`
}

/** `72b4 17f3 …`: groups of four hex digits. */
export function hexGroups(hex: string): string[] {
  return hex.match(/.{1,4}/g) ?? []
}

/** 9月28日, or the numbers of the English locale. */
export function sayDay(iso: string): string {
  const day = new Date(iso)
  return t('parts.day', { y: day.getFullYear(), m: day.getMonth() + 1, d: day.getDate() })
}

/** 2026-09-29 14:05 in the computer's time zone. */
export function sayMoment(iso: string): string {
  const at = new Date(iso)
  const two = (part: number) => String(part).padStart(2, '0')
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}`
}
