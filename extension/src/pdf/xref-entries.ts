/** Where every object stands: the entries of cross-reference tables and streams (ISO 32000-1 §7.5.4, §7.5.8). */
import { maxObjectNumber } from './limits.js'
import { refusal } from './refusal.js'

export type XrefEntry =
  | { readonly kind: 'plain'; readonly offset: number; readonly gen: number }
  | { readonly kind: 'packed'; readonly container: number; readonly index: number }
  | { readonly kind: 'free'; readonly gen: number }

/** Newest entry of each object; older sections only fill what is missing. */
export class XrefEntries {
  readonly all = new Map<number, XrefEntry>()
  /** Highest number any section names. */
  highest = 0

  /** Adds an entry unless a newer section has one. */
  addOlder(num: number, entry: XrefEntry): void {
    if (num > maxObjectNumber) throw refusal('pdf.too-complex', 'object-number')
    if (num > this.highest) this.highest = num
    if (this.all.has(num)) return
    this.all.set(num, entry)
  }
}

/** One section's own list. A number named twice in one section is refused: viewers differ on which one counts. */
export class SectionEntries {
  readonly list = new Map<number, XrefEntry>()

  add(num: number, entry: XrefEntry): void {
    if (this.list.has(num)) throw refusal('pdf.damaged', 'duplicate-xref-entry')
    this.list.set(num, entry)
  }
}

export function sameEntry(a: XrefEntry, b: XrefEntry): boolean {
  if (a.kind === 'plain') return b.kind === 'plain' && a.offset === b.offset && a.gen === b.gen
  if (a.kind === 'packed') return b.kind === 'packed' && a.container === b.container && a.index === b.index
  return b.kind === 'free'
}
