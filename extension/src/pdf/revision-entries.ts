/** Rule R5: later cross-reference sections may only add, strictly, on top of the signed revision. */
import type { ChangeLog } from './change.js'
import type { ObjectStore } from './object-store.js'
import { isArray, isDict, isRef, type PdfValue, sameRef } from './value.js'
import { sameEntry, type XrefEntry } from './xref-entries.js'

/** Keys that describe a section itself (ISO 32000-1 tables 15, 17) or were always allowed to differ. */
const sectionKeys = new Set([
  'Prev',
  'XRefStm',
  'Size',
  'Type',
  'W',
  'Index',
  'Filter',
  'DecodeParms',
  'Length',
  'ID',
  'Info',
])

interface EntryChanges {
  /** Live before and written again. */
  readonly changed: number[]
  /** New numbers. */
  readonly added: number[]
}

export async function compareEntries(
  before: ObjectStore,
  after: ObjectStore,
  log: ChangeLog,
): Promise<EntryChanges> {
  compareTrailers(before, after, log)
  const changes: EntryChanges = { changed: [], added: [] }
  for (const [num, entry] of after.xref.entries) {
    const old = before.xref.entries.get(num) ?? neverUsed
    if (sameEntry(old, entry)) continue
    if (entry.kind === 'free') {
      log.add('object-removed')
      continue
    }
    if (old.kind !== 'free' && genOf(old) !== genOf(entry)) log.add('object-generation')
    await requireExact(before, after, num, entry, log)
    const list = old.kind === 'free' ? changes.added : changes.changed
    list.push(num)
  }
  return changes
}

/** What a number means that no section names (ISO 32000-1 §7.5.4). */
const neverUsed: XrefEntry = { kind: 'free', gen: 0 }

const genOf = (entry: XrefEntry) => (entry.kind === 'packed' ? 0 : entry.gen)

function compareTrailers(before: ObjectStore, after: ObjectStore, log: ChangeLog): void {
  if (!sameRef(before.xref.root, after.xref.root)) log.add('root-changed')
  const extra = after.xref.sections.length - before.xref.sections.length
  const isContinued = before.xref.sections.every(
    (section, index) => after.xref.sections[index + extra]?.offset === section.offset,
  )
  if (extra < 1 || !isContinued) log.add('history-replaced')
  for (const section of after.xref.sections.slice(0, Math.max(0, extra))) {
    if (section.offset < before.source.size) log.add('entry-into-signed')
    for (const key of section.trailer.keys()) {
      if (!sectionKeys.has(key) && !before.xref.trailer.has(key)) log.add('trailer-key')
    }
  }
}

/** The entry points exactly at `N G obj` in the appended bytes: lenient readers would search, and find another object. */
async function requireExact(
  before: ObjectStore,
  after: ObjectStore,
  num: number,
  entry: XrefEntry,
  log: ChangeLog,
): Promise<void> {
  const place = entry.kind === 'packed' ? after.xref.entries.get(entry.container) : entry
  if (place?.kind !== 'plain' || place.offset < before.source.size) {
    log.add('entry-into-signed')
    return
  }
  try {
    const object = await after.load(num, genOf(entry))
    if (!object || (entry.kind === 'plain' && object.start !== entry.offset)) log.add('entry-not-exact')
  } catch {
    log.add('object-unreadable')
  }
}

/**
 * Numbers the signed revision refers to although nothing stands there: giving them a meaning later changes what was
 * signed without touching a signed object (shadow attacks prepare this). Only asked for when objects were added.
 */
export async function danglingNumbers(store: ObjectStore): Promise<Set<number>> {
  const dangling = new Set<number>()
  const isDead = (num: number) => (store.xref.entries.get(num)?.kind ?? 'free') === 'free'
  const collect = (value: PdfValue): void => {
    if (isRef(value)) {
      if (isDead(value.num)) dangling.add(value.num)
    } else if (isArray(value)) value.forEach(collect)
    else if (isDict(value)) for (const item of value.values()) collect(item)
  }
  for (const [num, entry] of store.xref.entries) {
    if (entry.kind === 'free') continue
    collect((await store.load(num, genOf(entry)))?.value ?? null)
  }
  return dangling
}
