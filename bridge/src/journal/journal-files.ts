/** The journal's three files: the lines, the head beside them, and a reserve that keeps room on a full disk. */
import { constants } from 'node:fs'
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type ChainHead, EMPTY_HEAD } from './chain.js'

/** Four entries and the head: what one signature may have to write when the disk is full. */
const RESERVE_BYTES = 4096
/** The head file's fixed length: a number and 64 hex digits as JSON need at most 108. */
const HEAD_BYTES = 128

export interface JournalFiles {
  readLines(): Promise<Buffer>
  readHead(): Promise<ChainHead>
  /** On the disk at once only for the first entry: an older head still proves all lines up to it. */
  writeHead(head: ChainHead): Promise<void>
  appendLine(line: string): Promise<void>
  /** Cuts the file to this many bytes and keeps what was cut in `journal.torn`. */
  cutTo(length: number, torn: Buffer): Promise<void>
  /** Throws when the next line could not be written. */
  prove(): Promise<void>
}

export async function openJournalFiles(directory: string): Promise<JournalFiles> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const lines = join(directory, 'journal.jsonl')
  const head = join(directory, 'journal.head')
  const reserve = join(directory, 'journal.reserve')
  const torn = join(directory, 'journal.torn')

  return {
    readLines: () => readOr(lines, Buffer.alloc(0)),
    readHead: async () => parseHead((await readOr(head, Buffer.alloc(0))).toString('utf8')),
    writeHead(value) {
      const text = `${JSON.stringify(value).padEnd(HEAD_BYTES - 1)}\n`
      return overwrite(head, text, value.seq === 0 ? 'sync' : 'lazy')
    },
    async appendLine(line) {
      try {
        await append(lines, line)
      } catch (error) {
        if (!isFull(error)) throw error
        await rm(reserve, { force: true })
        await append(lines, line)
      }
    },
    async cutTo(length, bytes) {
      await append(torn, bytes)
      const file = await open(lines, constants.O_RDWR | constants.O_NOFOLLOW)
      try {
        await file.truncate(length)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    async prove() {
      await append(lines, '')
      const size = await stat(reserve).then(
        (facts) => facts.size,
        () => 0,
      )
      if (size < RESERVE_BYTES) await overwrite(reserve, Buffer.alloc(RESERVE_BYTES, 0x20), 'sync')
    },
  }
}

/** Never follows a link: a journal that points elsewhere is not ours. */
const WRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW

/** All of it or nothing: what a full disk let through is cut off again. */
async function append(path: string, data: string | Buffer): Promise<void> {
  const file = await open(path, WRITE | constants.O_APPEND, 0o600)
  try {
    if (data.length === 0) return
    const { size } = await file.stat()
    try {
      await file.writeFile(data)
      // The size belongs to what fdatasync(2) writes; the times need not wait.
      await file.datasync()
    } catch (error) {
      await file.truncate(size)
      throw error
    }
  } finally {
    await file.close()
  }
}

/** Of one length always and never emptied first, so that a full disk cannot lose the old content. */
async function overwrite(path: string, data: string | Buffer, how: 'sync' | 'lazy'): Promise<void> {
  const file = await open(path, WRITE, 0o600)
  try {
    await file.writeFile(data)
    if (how === 'sync') await file.sync()
  } finally {
    await file.close()
  }
}

async function readOr(path: string, fallback: Buffer): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isMissing(error)) return fallback
    throw error
  }
}

function parseHead(text: string): ChainHead {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return EMPTY_HEAD
    const { seq, hash } = value as Partial<ChainHead>
    return Number.isInteger(seq) && typeof hash === 'string' ? { seq: seq as number, hash } : EMPTY_HEAD
  } catch {
    return EMPTY_HEAD
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}
