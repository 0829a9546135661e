import * as v from 'valibot'
import { defineMethod } from '../define.js'
import { count, isoDate } from '../vocabulary/fields.js'

/** One use of a key. Holds no PIN, no file content and no file name in clear. */
export const journalEntry = v.object({
  seq: count,
  at: isoDate,
  method: v.string(),
  origin: v.string(),
  tokenId: v.string(),
  certificateId: v.string(),
  certificateSerial: v.string(),
  /** What was signed: the document digest, lower-case hex. */
  digest: v.string(),
  /** `ok` or the error code. */
  outcome: v.string(),
  previous: v.string(),
  hash: v.string(),
})
export type JournalEntry = v.InferOutput<typeof journalEntry>

export const journalList = defineMethod({
  method: 'journal.list',
  since: 1,
  summary: 'The last uses of keys, newest first, and whether the hash chain is whole.',
  params: v.object({
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 100),
  }),
  result: v.object({ entries: v.array(journalEntry), intact: v.boolean(), total: count }),
})
