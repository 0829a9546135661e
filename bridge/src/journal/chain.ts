/** The arithmetic of the journal's hash chain, without any file: hashing, parsing and checking lines. */
import { createHash } from 'node:crypto'
import { canonicalJson, type JournalEntry, journalEntry } from '@suoqiao/protocol'
import { safeParse } from 'valibot'
import type { JournalRecord } from './journal.js'

/** `previous` of the first entry. */
const GENESIS = '0'.repeat(64)

/** Where the chain stands: the last entry's number and hash. An empty chain is at -1. */
export interface ChainHead {
  readonly seq: number
  readonly hash: string
}

export const EMPTY_HEAD: ChainHead = { seq: -1, hash: GENESIS }

/** SHA-256 over the canonical JSON of everything but the hash itself, the previous hash included. */
function hashOf(entry: Omit<JournalEntry, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(entry)).digest('hex')
}

export function nextEntry(head: ChainHead, record: JournalRecord, at: Date): JournalEntry {
  const entry = { ...record, seq: head.seq + 1, at: at.toISOString(), previous: head.hash }
  return { ...entry, hash: hashOf(entry) }
}

/** Null for a line that is not an entry at all. */
export function parseLine(line: string): JournalEntry | null {
  try {
    const parsed = safeParse(journalEntry, JSON.parse(line))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}

/** Is every line an entry, in its place, hashed rightly and tied to the one before. */
export function isWhole(entries: readonly (JournalEntry | null)[]): boolean {
  let head = EMPTY_HEAD
  for (const entry of entries) {
    if (!entry || entry.seq !== head.seq + 1 || entry.previous !== head.hash) return false
    const { hash, ...rest } = entry
    if (hashOf(rest) !== hash) return false
    head = { seq: entry.seq, hash }
  }
  return true
}

/**
 * Does the file reach at least as far as the recorded head. The head is written after the line and reaches the disk
 * when it pleases, so after a crash the file may be ahead of it; a file behind its head has lost lines.
 */
export function reaches(entries: readonly (JournalEntry | null)[], head: ChainHead): boolean {
  if (head.seq < 0) return entries.length <= 1
  return entries[head.seq]?.hash === head.hash
}
