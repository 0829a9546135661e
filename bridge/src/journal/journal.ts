/** The journal of key uses: append-only, each entry holding the hash of the one before. Built by open-journal.ts. */
import type { JournalEntry } from '@suoqiao/protocol'

export type JournalRecord = Omit<JournalEntry, 'seq' | 'at' | 'previous' | 'hash'>

export interface Journal {
  /**
   * Throws journal.unwritable when the next entry would not fit or the file cannot be opened. Asked before the PIN:
   * a key that cannot be journalled is not used.
   */
  assertWritable(): Promise<void>
  /** On the disk (fsync) when it resolves. Throws journal.unwritable. */
  append(record: JournalRecord): Promise<void>
  /** Newest first. `intact` is false when any line was altered, removed or reordered. */
  list(
    limit: number,
  ): Promise<{ readonly entries: JournalEntry[]; readonly intact: boolean; readonly total: number }>
}
