/** Follows startxref and /Prev through every revision and keeps the newest entry of each object. */
import type { ByteSource } from './byte-source.js'
import { latin1 } from './bytes.js'
import { maxRevisions, type WorkBudget } from './limits.js'
import { refusal } from './refusal.js'
import { asInteger, isRef, type PdfDict, type PdfRef } from './value.js'
import { XrefEntries, type XrefEntry } from './xref-entries.js'
import { readXrefSection, type XrefKind, type XrefSection } from './xref-section.js'

export interface XrefChain {
  readonly entries: ReadonlyMap<number, XrefEntry>
  /** Newest first; a hybrid file's extra stream follows its table. */
  readonly sections: readonly XrefSection[]
  /** Offset named by the last startxref, bytes. */
  readonly startxref: number
  /** Kind of the newest section; the appended one must be the same. */
  readonly kind: XrefKind
  readonly trailer: PdfDict
  readonly root: PdfRef
  /** First object number that is free for new objects. */
  readonly nextNumber: number
}

/** ISO 32000-1 §7.5.5: the file ends with startxref, an offset and %%EOF; only white space may follow. */
const fileEnd = /startxref[\0\t\n\f\r ]+(\d{1,15})[\0\t\n\f\r ]+%%EOF[\0\t\n\f\r ]*$/
const endWindowBytes = 1024

export async function readXrefChain(source: ByteSource, budget: WorkBudget): Promise<XrefChain> {
  await requireHeader(source)
  const startxref = await readStartxref(source)
  const sections = await readSections(source, startxref, budget)
  const newest = sections[0]
  if (!newest) throw refusal('pdf.damaged', 'xref')
  if (sections.some((section) => section.trailer.has('Encrypt'))) throw refusal('pdf.encrypted', 'encrypt')
  const entries = merge(sections)
  const root = newest.trailer.get('Root')
  const size = asInteger(newest.trailer.get('Size'))
  if (!isRef(root) || size === undefined || size < 1) throw refusal('pdf.damaged', 'trailer')
  // Numbers at or above /Size are null for some viewers and live for others (§7.5.5): no common reading, no signature.
  if (entries.highest >= size) throw refusal('pdf.damaged', 'size')
  const { kind, trailer } = newest
  return { entries: entries.all, sections, startxref, kind, trailer, root, nextNumber: size }
}

async function requireHeader(source: ByteSource): Promise<void> {
  const head = latin1(await source.read(0, 1024))
  if (/^%PDF-\d\.\d/.test(head)) return
  throw head.includes('%PDF-') ? refusal('pdf.damaged', 'header') : refusal('pdf.not-a-pdf', 'header')
}

async function readStartxref(source: ByteSource): Promise<number> {
  const from = Math.max(0, source.size - endWindowBytes)
  const match = fileEnd.exec(latin1(await source.read(from, endWindowBytes)))
  if (!match) throw refusal('pdf.damaged', 'file-end')
  return Number(match[1])
}

async function readSections(
  source: ByteSource,
  startxref: number,
  budget: WorkBudget,
): Promise<XrefSection[]> {
  const sections: XrefSection[] = []
  const seen = new Set<number>()
  const read = async (offset: number) => {
    if (seen.has(offset)) throw refusal('pdf.too-complex', 'xref-loop')
    seen.add(offset)
    if (seen.size > maxRevisions) throw refusal('pdf.too-complex', 'revisions')
    const section = await readXrefSection(source, offset, budget)
    sections.push(section)
    return section.trailer
  }
  for (let next: number | undefined = startxref; next !== undefined; ) {
    const trailer = await read(next)
    const hidden = offsetIn(trailer, 'XRefStm')
    if (hidden !== undefined) await read(hidden)
    next = offsetIn(trailer, 'Prev')
  }
  return sections
}

function offsetIn(trailer: PdfDict, key: 'Prev' | 'XRefStm'): number | undefined {
  const value = trailer.get(key)
  if (value === undefined) return undefined
  const offset = asInteger(value)
  if (offset === undefined) throw refusal('pdf.damaged', 'xref-offset')
  return offset
}

/**
 * §7.5.8.4: in a hybrid file the table lists the hidden objects as free and its /XRefStm says where they are, so a
 * table's free entries count only after that stream.
 */
function merge(sections: readonly XrefSection[]): XrefEntries {
  const entries = new XrefEntries()
  for (const [position, section] of sections.entries()) {
    const isHybrid = section.trailer.has('XRefStm') && section.kind === 'table'
    const hidden = isHybrid ? sections[position + 1] : undefined
    for (const [num, entry] of section.entries) {
      const isHidden = entry.kind === 'free' && hidden?.entries.has(num)
      if (!isHidden) entries.addOlder(num, entry)
    }
  }
  return entries
}
