/** Finds objects that no cross-reference section lists: prepared for a later, repairing or redirected reading (shadow attacks). */
import { latin1 } from './bytes.js'
import type { ObjectStore } from './object-store.js'

/** Reading the whole file is for small files only: these attacks are made of documents, not of 50 MB scans. */
const maxScannedBytes = 2 * 1024 * 1024
const objectHeader = /\d{1,10} \d{1,5} obj\b/g

/** How many object headers stand where no revision's table points; 0 for large files, which are not scanned. */
export async function countUnlistedObjects(store: ObjectStore): Promise<number> {
  const { source, xref } = store
  if (source.size > maxScannedBytes) return 0
  const listed = new Set<number>()
  for (const section of xref.sections) {
    listed.add(section.offset)
    for (const entry of section.entries.values()) if (entry.kind === 'plain') listed.add(entry.offset)
  }
  const text = latin1(await source.read(0, source.size))
  let count = 0
  for (const match of text.matchAll(objectHeader)) if (!listed.has(match.index)) count++
  return count
}
