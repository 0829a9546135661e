/** The paired browsers: kept on disk readable by the user only, listed, named and revocable. */
import { randomBytes } from 'node:crypto'
import { SuoqiaoError } from '@suoqiao/protocol'
import * as v from 'valibot'
import type { PairedSessions, Session } from '../server/sessions.js'
import { readJsonFile, writeJsonFile } from '../state/json-file.js'

const stored = v.object({
  id: v.string(),
  key: v.string(),
  origin: v.string(),
  name: v.string(),
  created: v.string(),
  lastUsed: v.nullable(v.string()),
})
type Stored = v.InferOutput<typeof stored>

/** A pairing without its key. Dates are ISO 8601 in UTC. */
export type Pairing = Omit<Stored, 'key'>

export interface Pairings extends PairedSessions {
  list(): Pairing[]
  add(origin: string, name: string, key: Buffer): Pairing
  /** Throws request.invalid when there is no such pairing. */
  rename(id: string, name: string): void
  revoke(id: string): void
}

/** lastUsed need not be exact, and the disk has better things to do. */
const LAST_USED_STEP_MS = 60_000

export function openPairings(path: string): Pairings {
  let all: Stored[] = readJsonFile(path, v.array(stored), [])
  const save = (next: Stored[]): void => {
    writeJsonFile(path, next)
    all = next
  }
  const change = (id: string, edit: (pairing: Stored) => Stored[]): void => {
    if (!all.some((pairing) => pairing.id === id)) {
      throw new SuoqiaoError('request.invalid', { reason: 'no such pairing' })
    }
    save(all.flatMap((pairing) => (pairing.id === id ? edit(pairing) : [pairing])))
  }
  const asSession = ({ id, origin, key }: Stored): Session => ({
    id,
    origin,
    key: Buffer.from(key, 'base64url'),
    expiresAt: null,
  })
  return {
    find: (id) => all.filter((pairing) => pairing.id === id).map(asSession)[0],
    hasOrigin: (origin) => all.some((pairing) => pairing.origin === origin),
    noteUse: (id) => {
      const pairing = all.find((candidate) => candidate.id === id)
      if (!pairing || Date.now() - Date.parse(pairing.lastUsed ?? '1970-01-01') < LAST_USED_STEP_MS) return
      change(id, (used) => [{ ...used, lastUsed: new Date().toISOString() }])
    },
    list: () => all.map(({ key: _key, ...pairing }) => pairing),
    add: (origin, name, key) => {
      const id = randomBytes(24).toString('base64url')
      const pairing = { id, origin, name, created: new Date().toISOString(), lastUsed: null }
      save([...all, { ...pairing, key: key.toString('base64url') }])
      return pairing
    },
    rename: (id, name) => change(id, (pairing) => [{ ...pairing, name }]),
    revoke: (id) => change(id, () => []),
  }
}
