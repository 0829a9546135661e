/** The journal of key uses: append-only, each entry holding the hash of the one before. Built by open-journal.ts. */
import type { JournalEntry } from '@suoqiao/protocol'

export type JournalRecord = Omit<JournalEntry, 'seq' | 'at' | 'previous' | 'hash'>

export interface Journal {
  append(record: JournalRecord): Promise<void>
  /** Newest first. `intact` is false when any line was altered, removed or reordered. */
  list(
    limit: number,
  ): Promise<{ readonly entries: JournalEntry[]; readonly intact: boolean; readonly total: number }>
}
