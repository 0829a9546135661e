/** Just enough of IndexedDB for the job store, in memory: neither Node nor happy-dom has one. Double for tests only. */

type Records = Map<string, unknown>

function request<T>(result: T, before?: (self: Request<T>) => void): Request<T> {
  const self: Request<T> = { result, error: null, onsuccess: null, onerror: null, onupgradeneeded: null }
  setTimeout(() => {
    before?.(self)
    self.onsuccess?.()
  })
  return self
}

interface Request<T> {
  readonly result: T
  readonly error: null
  onsuccess: (() => void) | null
  onerror: (() => void) | null
  onupgradeneeded: (() => void) | null
}

/** A fresh, empty database set; give it to vi.stubGlobal('indexedDB', …). */
export function createIndexedDb() {
  const stores = new Map<string, Records>()
  const objectStore = (name: string) => {
    const records = stores.get(name) ?? new Map<string, unknown>()
    return {
      put: (value: unknown, key: string) => request(records.set(key, value) && key),
      get: (key: string) => request(records.get(key)),
      delete: (key: string) => request(void records.delete(key)),
      getAllKeys: () => request([...records.keys()]),
    }
  }
  const database = {
    createObjectStore: (name: string) => stores.set(name, stores.get(name) ?? new Map()),
    transaction: (name: string) => ({ objectStore: () => objectStore(name) }),
    close: () => {},
  }
  return { open: () => request(database, (self) => self.onupgradeneeded?.()), stores }
}
