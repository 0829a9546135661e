/** PDF values as read from a file, kept exact: numbers keep their digits and strings their raw token. */

interface PdfName {
  readonly kind: 'name'
  readonly name: string
}
interface PdfNumber {
  readonly kind: 'number'
  /** The digits as written, so that copying a dictionary changes no value. */
  readonly raw: string
}
export interface PdfString {
  readonly kind: 'string'
  /** The whole token with its ( ) or < >. */
  readonly raw: Uint8Array
}
export interface PdfRef {
  readonly kind: 'ref'
  readonly num: number
  readonly gen: number
}
export type PdfDict = Map<string, PdfValue>
export type PdfArray = readonly PdfValue[]
export type PdfValue = PdfName | PdfNumber | PdfString | PdfRef | PdfDict | PdfArray | boolean | null

export const nameOf = (name: string): PdfName => ({ kind: 'name', name })
export const refTo = (num: number, gen = 0): PdfRef => ({ kind: 'ref', num, gen })
export const dictOf = (entries: Record<string, PdfValue>): PdfDict => new Map(Object.entries(entries))

/** A PDF number without exponent; four decimals are 1/200 of a hair at 72 dpi. */
export function numberOf(value: number): PdfNumber {
  const text = Number.isInteger(value) ? String(value) : value.toFixed(4).replace(/\.?0+$/, '')
  return { kind: 'number', raw: text === '-0' ? '0' : text }
}

export const isDict = (value: PdfValue | undefined): value is PdfDict => value instanceof Map
export const isArray = (value: PdfValue | undefined): value is PdfArray => Array.isArray(value)

function isKind<K extends 'name' | 'number' | 'string' | 'ref'>(
  value: PdfValue | undefined,
  kind: K,
): value is Extract<PdfValue, { kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind
}

export const isRef = (value: PdfValue | undefined): value is PdfRef => isKind(value, 'ref')
export const isString = (value: PdfValue | undefined): value is PdfString => isKind(value, 'string')

export function asName(value: PdfValue | undefined): string | undefined {
  return isKind(value, 'name') ? value.name : undefined
}

export function asNumber(value: PdfValue | undefined): number | undefined {
  return isKind(value, 'number') ? Number(value.raw) : undefined
}

/** A whole number that is exactly representable; else undefined. */
export function asInteger(value: PdfValue | undefined): number | undefined {
  const number = asNumber(value)
  return number !== undefined && Number.isSafeInteger(number) ? number : undefined
}

export const sameRef = (a: PdfRef, b: PdfRef): boolean => a.num === b.num && a.gen === b.gen
