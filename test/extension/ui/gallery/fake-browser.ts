/** The few browser interfaces the screens touch, in memory: a plain page has none of them. */
const kept = new Map<string, unknown>()

export function installBrowser(): void {
  const nothing = { addListener() {}, removeListener() {} }
  const local = {
    get: async (key: string) => ({ [key]: kept.get(key) }),
    set: async (items: Record<string, unknown>) => {
      for (const [key, value] of Object.entries(items)) kept.set(key, value)
    },
    remove: async (key: string) => void kept.delete(key),
  }
  Object.assign(globalThis, {
    browser: {
      runtime: {
        id: 'gallery',
        onMessage: nothing,
        getURL: (path: string) => path,
        getManifest: () => ({ version: '0.1.0' }),
      },
      storage: { local, onChanged: nothing },
    },
  })
}
