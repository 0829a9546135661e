/**
 * Where a session lives: in memory; in Chrome also in storage.session, so that a woken worker needs no native host;
 * a pairing as non-extractable keys in IndexedDB. Never in storage.local (security requirement 5).
 */
import { browser } from 'wxt/browser'
import { fromBase64Url } from '../encoding/bytes'
import type { NativeWelcome } from './native-link'
import { importSessionKey, type Session, type SessionKeys } from './session-key'

const SESSION_KEY = 'bridge-session'
const SEQ_KEY = 'bridge-seq'

/** A persistent background (Firefox MV2) keeps its memory; only a worker that sleeps needs more. */
function workerSleeps(): boolean {
  return browser.runtime.getManifest().manifest_version === 3
}

export class SessionStore {
  #session: Session | null = null
  #seq: number | null = null

  /** The session of an earlier welcome while it lasts, else null. */
  async read(now = Date.now()): Promise<Session | null> {
    this.#session ??= await this.#recall()
    if (this.#session && this.#session.expiresAt <= now) await this.clear()
    return this.#session
  }

  async save(welcome: NativeWelcome): Promise<Session> {
    if (workerSleeps()) await browser.storage.session.set({ [SESSION_KEY]: welcome })
    this.#session = await toSession(welcome)
    return this.#session
  }

  async clear(): Promise<void> {
    this.#session = null
    if (workerSleeps()) await browser.storage.session.remove(SESSION_KEY)
  }

  /** Sequence number of the last event that was seen, or null after a fresh start of the browser. */
  async lastSeq(): Promise<number | null> {
    if (this.#seq === null && workerSleeps()) {
      const stored = (await browser.storage.session.get(SEQ_KEY))[SEQ_KEY]
      this.#seq = typeof stored === 'number' ? stored : null
    }
    return this.#seq
  }

  async saveSeq(seq: number): Promise<void> {
    this.#seq = seq
    if (workerSleeps()) await browser.storage.session.set({ [SEQ_KEY]: seq })
  }

  async #recall(): Promise<Session | null> {
    if (!workerSleeps()) return null
    const stored = (await browser.storage.session.get(SESSION_KEY))[SESSION_KEY]
    return stored ? await toSession(stored as NativeWelcome) : null
  }
}

async function toSession(welcome: NativeWelcome): Promise<Session> {
  const keys = await importSessionKey(fromBase64Url(welcome.key))
  const { port, sessionId, expiresAt } = welcome
  return { ...keys, port, sessionId, expiresAt, source: 'native' }
}

interface StoredPairing extends SessionKeys {
  readonly port: number
  readonly sessionId: string
}

const DATABASE = 'suoqiao-pairing'
const STORE = 'pairing'
const ONLY = 'only'

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

function settle<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new DOMException('IndexedDB'))
  })
}

/** The pairing of this browser, or null. */
export async function readPairing(): Promise<Session | null> {
  const stored = (await withStore('readonly', (store) => store.get(ONLY))) as StoredPairing | undefined
  return stored ? { ...stored, expiresAt: Number.POSITIVE_INFINITY, source: 'pairing' } : null
}

export async function savePairing(pairing: StoredPairing): Promise<void> {
  const { port, sessionId, proofKey, deriveKey } = pairing
  await withStore('readwrite', (store) => store.put({ port, sessionId, proofKey, deriveKey }, ONLY))
}
