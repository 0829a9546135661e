/** The files of signing jobs, in the extension's own IndexedDB: written by background and consent window, wiped after use. */
import type { SignJob } from '../router/messages'

interface StoredJob {
  readonly job: SignJob
  readonly input: Blob
  readonly signed: Blob | null
  readonly at: number
}

const DATABASE = 'suoqiao-jobs'
const STORE = 'jobs'
/** A job left over by a closed browser is wiped after this long. */
const MAX_AGE_MS = 60 * 60 * 1000

function settle<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new DOMException('IndexedDB'))
  })
}

async function withStore<T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
  const database = await settle(opening)
  try {
    return await settle(act(database.transaction(STORE, mode).objectStore(STORE)))
  } finally {
    database.close()
  }
}

/** Stores a new or changed job with its input file. */
export async function saveJob(job: SignJob, input: Blob, signed: Blob | null = null): Promise<void> {
  await withStore('readwrite', (store) =>
    store.put({ job, input, signed, at: Date.now() } satisfies StoredJob, job.id),
  )
}

/** The job and its files, or null when it is unknown or was wiped. */
export async function readJob(id: string): Promise<StoredJob | null> {
  return ((await withStore('readonly', (store) => store.get(id))) as StoredJob | undefined) ?? null
}

/** Puts the signed file beside the input and marks the job signed. */
export async function saveSigned(id: string, signed: Blob): Promise<void> {
  const stored = await readJob(id)
  if (stored) await saveJob({ ...stored.job, state: 'signed' }, stored.input, signed)
}

export async function deleteJob(id: string): Promise<void> {
  await withStore('readwrite', (store) => store.delete(id))
}

/** Wipes what earlier runs left behind. */
export async function wipeOldJobs(now = Date.now()): Promise<void> {
  const keys = await withStore('readonly', (store) => store.getAllKeys())
  for (const key of keys) {
    const stored = await readJob(String(key))
    if (!stored || now - stored.at > MAX_AGE_MS) await deleteJob(String(key))
  }
}
