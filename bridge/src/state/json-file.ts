/** Small private JSON files: read through a schema, written whole or not at all. */
import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'

/** Owner only: some of these files hold keys. */
const PRIVATE_FILE = 0o600

/** The file's content, or `fallback` when it is absent, not JSON or not of the schema: a damaged file never stops the bridge. */
export function readJsonFile<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
  fallback: v.InferOutput<Schema>,
): v.InferOutput<Schema> {
  try {
    const parsed = v.safeParse(schema, JSON.parse(readFileSync(path, 'utf8')))
    return parsed.success ? parsed.output : fallback
  } catch {
    return fallback
  }
}

/** Replaces the file in one step (write beside it, then rename), readable by the user only. */
export function writeJsonFile(path: string, value: unknown): void {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: PRIVATE_FILE, flag: 'wx' })
    renameSync(draft, path)
  } finally {
    rmSync(draft, { force: true })
  }
}
