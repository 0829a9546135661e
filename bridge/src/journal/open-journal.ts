/** Opens the journal of key uses in a directory: JSON lines, mode 0600, one writer, mended after a torn last line. */
import { type JournalEntry, SuoqiaoError } from '@suoqiao/protocol'
import { type ChainHead, EMPTY_HEAD, isWhole, nextEntry, parseLine, reaches } from './chain.js'
import type { Journal, JournalRecord } from './journal.js'
import { type JournalFiles, openJournalFiles } from './journal-files.js'

/**
 * What the chain can prove: an edited, deleted, inserted or reordered line, and lines cut off the end (the head file
 * remembers how far the chain went). What it cannot: somebody with this account's rights who rewrites both files.
 * Whatever was mended at opening is itself an entry, with method `journal.recovered`.
 */
export async function openJournal(directory: string): Promise<Journal> {
  const files = await openJournalFiles(directory)
  let head = await recover(files)
  let queue: Promise<unknown> = Promise.resolve()

  /** One at a time, so that two entries never share a number; a failed one does not stop the next. */
  const serial = <T>(task: () => Promise<T>): Promise<T> => {
    const run = queue.then(task)
    queue = run.catch(() => undefined)
    return run
  }

  return {
    assertWritable: () => serial(() => orUnwritable(() => files.prove())),
    append: (record) =>
      serial(async () => {
        const entry = nextEntry(head, record, new Date())
        await orUnwritable(async () => {
          await files.appendLine(`${JSON.stringify(entry)}\n`)
          head = headOf(entry)
          await files.writeHead(head)
        })
      }),
    list: (limit) =>
      serial(async () => {
        const { entries } = split(await files.readLines())
        const readable = entries.filter((entry) => entry !== null)
        const intact = isWhole(entries) && reaches(entries, head)
        return { entries: readable.slice(-limit).reverse(), intact, total: entries.length }
      }),
  }
}

/** Finds where the chain stands, mends a torn last line, and writes down what it found amiss. */
async function recover(files: JournalFiles): Promise<ChainHead> {
  const content = await files.readLines()
  const { entries, wholeBytes } = split(content)
  const recorded = await files.readHead()
  const last = entries.at(-1)
  const isBehind = last ? !reaches(entries, recorded) : recorded.seq >= 0
  const head = isBehind && recorded.seq >= 0 ? recorded : headOf(last)

  const isTorn = wholeBytes < content.length
  if (isTorn) await files.cutTo(wholeBytes, content.subarray(wholeBytes))
  if (!isBehind && !isTorn) return head
  const entry = nextEntry(head, recovery(isBehind ? 'lines-missing' : 'torn-line'), new Date())
  await files.appendLine(`${JSON.stringify(entry)}\n`)
  await files.writeHead(headOf(entry))
  return headOf(entry)
}

function headOf(entry: JournalEntry | null | undefined): ChainHead {
  return entry ? { seq: entry.seq, hash: entry.hash } : EMPTY_HEAD
}

function recovery(outcome: 'torn-line' | 'lines-missing'): JournalRecord {
  const nothing = { tokenId: '', certificateId: '', certificateSerial: '', digest: '' }
  return { method: 'journal.recovered', origin: '', ...nothing, outcome }
}

/** Whole lines end with a line feed; what follows the last one was torn by a crash or a full disk. */
function split(content: Buffer): { entries: (JournalEntry | null)[]; wholeBytes: number } {
  const wholeBytes = content.lastIndexOf(0x0a) + 1
  const text = content.subarray(0, wholeBytes).toString('utf8')
  return { entries: text.split('\n').slice(0, -1).map(parseLine), wholeBytes }
}

async function orUnwritable<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new SuoqiaoError('journal.unwritable', { reason }, { cause })
  }
}
