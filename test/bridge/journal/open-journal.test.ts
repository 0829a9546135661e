/** The journal on a real disk: what it keeps, what it notices, and what it survives. */
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errors } from '@suoqiao/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JournalRecord } from '../../../bridge/src/journal/journal.js'
import { openJournal } from '../../../bridge/src/journal/open-journal.js'

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'suoqiao-journal-'))
  path = join(directory, 'journal.jsonl')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const record = (outcome: string): JournalRecord => ({
  method: 'pdf.sign',
  origin: 'https://portal.example',
  tokenId: 'softhsm2:test:1',
  certificateId: 'c'.repeat(64),
  certificateSerial: '4d2',
  digest: 'a'.repeat(64),
  outcome,
})
const lines = (): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1)
const rewrite = (changed: string[]): void => writeFileSync(path, changed.map((line) => `${line}\n`).join(''))

async function fill(count: number) {
  const journal = await openJournal(directory)
  for (let n = 0; n < count; n += 1) await journal.append(record(`outcome-${n}`))
  return journal
}
const isIntact = async (): Promise<boolean> => (await (await openJournal(directory)).list(10)).intact

describe('the journal', () => {
  it('begins empty and whole', async () => {
    expect(await (await openJournal(directory)).list(10)).toEqual({ entries: [], intact: true, total: 0 })
  })

  it('lists the newest first and goes on with the chain after a restart', async () => {
    await fill(3)
    const journal = await openJournal(directory)
    await journal.append(record('after-restart'))
    const { entries, intact, total } = await journal.list(2)
    expect(entries.map((entry) => [entry.seq, entry.outcome])).toEqual([
      [3, 'after-restart'],
      [2, 'outcome-2'],
    ])
    expect({ intact, total }).toEqual({ intact: true, total: 4 })
    expect(JSON.parse(lines()[0] ?? '').previous).toBe('0'.repeat(64))
  })

  it('keeps its order when many signatures end at once', async () => {
    const journal = await openJournal(directory)
    await Promise.all(Array.from({ length: 40 }, (_, n) => journal.append(record(`at-once-${n}`))))
    const { entries, intact } = await journal.list(100)
    expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: 40 }, (_, n) => 39 - n))
    expect(intact).toBe(true)
  })

  it('can be read only by its owner', async () => {
    await (await fill(1)).assertWritable()
    for (const name of ['journal.jsonl', 'journal.head', 'journal.reserve']) {
      expect(statSync(join(directory, name)).mode & 0o777, name).toBe(0o600)
    }
  })
})

describe('a journal somebody touched', () => {
  const touched: [string, (all: string[]) => string[]][] = [
    ['an edited field', (all) => all.map((line) => line.replace('outcome-2', 'outcome-9'))],
    ['an edited last line', (all) => all.map((line) => line.replace('outcome-4', 'outcome-9'))],
    ['a deleted line', (all) => all.filter((_, at) => at !== 2)],
    ['a deleted first line', (all) => all.slice(1)],
    ['two lines in another order', ([a = '', b = '', c = '', ...rest]) => [a, c, b, ...rest]],
    ['lines cut off the end', (all) => all.slice(0, 3)],
    ['all lines gone', () => []],
    ['a line twice', ([a = '', ...rest]) => [a, a, ...rest]],
    ['a line that is no entry', (all) => [...all.slice(0, 2), 'nothing', ...all.slice(2)]],
  ]

  it.each(touched)(
    'is not called whole after %s, while running and after a restart',
    async (_name, change) => {
      const journal = await fill(5)
      expect((await journal.list(10)).intact).toBe(true)
      rewrite(change(lines()))
      expect((await journal.list(10)).intact).toBe(false)
      expect(await isIntact()).toBe(false)
      const again = await openJournal(directory)
      await again.append(record('later'))
      expect(await isIntact()).toBe(false)
    },
  )

  it('is not called whole after the file was removed, and says so in an entry of its own', async () => {
    await fill(3)
    rmSync(path)
    const { entries, intact } = await (await openJournal(directory)).list(10)
    expect(intact).toBe(false)
    expect(entries[0]).toMatchObject({ method: 'journal.recovered', outcome: 'lines-missing', seq: 3 })
  })
})

describe('a journal after a crash', () => {
  it('loses no earlier line to a torn last one, reports it, and goes on', async () => {
    await fill(3)
    appendFileSync(path, '{"method":"pdf.sign","origin":"https://por')
    const journal = await openJournal(directory)
    await journal.append(record('afterwards'))
    const { entries, intact, total } = await journal.list(10)
    expect(entries.map((entry) => entry.outcome)).toEqual([
      'afterwards',
      'torn-line',
      'outcome-2',
      'outcome-1',
      'outcome-0',
    ])
    expect({ intact, total }).toEqual({ intact: true, total: 5 })
    expect(readFileSync(join(directory, 'journal.torn'), 'utf8')).toContain('https://por')
  })

  it('stays whole when the crash kept the head of some lines ago', async () => {
    await fill(2)
    const oldHead = readFileSync(join(directory, 'journal.head'))
    const before = await openJournal(directory)
    for (const outcome of ['one', 'two', 'three']) await before.append(record(outcome))
    writeFileSync(join(directory, 'journal.head'), oldHead)
    const journal = await openJournal(directory)
    await journal.append(record('next'))
    expect(await isIntact()).toBe(true)
  })
})

describe('a journal that cannot be written', () => {
  it('says so before any key is used', async () => {
    const journal = await openJournal(directory)
    mkdirSync(path)
    await expect(journal.assertWritable()).rejects.toThrow(errors['journal.unwritable'].say)
    await expect(journal.append(record('ok'))).rejects.toThrow(errors['journal.unwritable'].say)
    rmSync(path, { recursive: true })
    await journal.assertWritable()
    await journal.append(record('ok'))
    expect(await isIntact()).toBe(true)
  })

  it('reports a full disk, leaves no half line, and goes on when there is room again', async () => {
    const journal = await fill(2)
    // The kernel's limit of a file's size stands for the full disk: it too lets a part of the line through.
    const limit = (bytes: string) => execFileSync('prlimit', ['--pid', `${process.pid}`, `--fsize=${bytes}:`])
    limit(`${statSync(path).size + 100}`)
    try {
      await expect(journal.append(record('lost'))).rejects.toThrow(errors['journal.unwritable'].say)
      await expect(journal.assertWritable()).rejects.toThrow(errors['journal.unwritable'].say)
    } finally {
      limit('unlimited')
    }
    expect(lines()).toHaveLength(2)
    await journal.append(record('kept'))
    expect(await isIntact()).toBe(true)
    expect(lines()).toHaveLength(3)
  })

  it('is not led elsewhere by a link', async () => {
    const elsewhere = join(directory, 'elsewhere')
    const journal = await openJournal(directory)
    symlinkSync(elsewhere, path)
    await expect(journal.append(record('ok'))).rejects.toThrow(errors['journal.unwritable'].say)
    expect(() => statSync(elsewhere)).toThrow(/ENOENT/)
  })
})
