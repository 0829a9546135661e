/** The background's router with its real desks, and the browser around it played by the test. */
import { randomBytes } from 'node:crypto'
import { vi } from 'vitest'
import { fakeBrowser } from 'wxt/testing/fake-browser'
import { BridgeClient } from '../../../extension/src/bridge-client/bridge-client'
import { PairingDesk } from '../../../extension/src/bridge-client/pairing-desk'
import { SessionStore } from '../../../extension/src/bridge-client/session-store'
import { JobDesk } from '../../../extension/src/jobs/job-desk'
import { PinDesk } from '../../../extension/src/jobs/pin-desk'
import { portalsAt } from '../../../extension/src/portals'
import { type PortLike, Router } from '../../../extension/src/router/router'
import type { SenderFacts } from '../../../extension/src/router/sender'
import { prepareBrowser } from '../bridge-client/client-stand'
import { type DaemonDouble, ORIGIN, startDaemon } from '../bridge-client/daemon-double'
import { createIndexedDb } from '../jobs/indexed-db-double'

export const SELF = { id: 'own-extension', origin: ORIGIN }
export const PORTAL_PAGE: SenderFacts = {
  id: SELF.id,
  url: 'http://jsy.xjjs.gov.cn/entry',
  origin: 'http://jsy.xjjs.gov.cn',
  frameId: 0,
  tab: { id: 7 },
}

export const page = (path: string): SenderFacts => ({ id: SELF.id, url: `${ORIGIN}${path}`, frameId: 0 })

export interface Background {
  readonly router: Router
  readonly jobs: JobDesk
  readonly pins: PinDesk
  readonly daemon: DaemonDouble
  /** URLs of the windows that were opened, by id. */
  readonly windows: Map<number, string>
}

/** Answers every method with `answer`; storage and windows are fresh. */
export async function startBackground(answer: (method: string) => unknown): Promise<Background> {
  prepareBrowser()
  vi.stubGlobal('indexedDB', createIndexedDb())
  return await wakeBackground(answer)
}

/** A second start of the worker: storage and database live on. */
export async function wakeBackground(answer: (method: string) => unknown): Promise<Background> {
  const windows = new Map<number, string>()
  fakeBrowser.runtime.getURL = (() => `${ORIGIN}/`) as never
  fakeBrowser.windows.create = (async ({ url }: { url: string }) => {
    windows.set(windows.size + 100, url)
    return { id: windows.size + 99 }
  }) as never
  fakeBrowser.windows.remove = (async (id: number) => void windows.delete(id)) as never
  const key = randomBytes(32)
  const daemon = await startDaemon(key, { answer })
  const client = new BridgeClient({
    origin: ORIGIN,
    browser: 'Test/1',
    store: new SessionStore(),
    openNative: async () => ({
      welcome: {
        t: 'welcome',
        port: daemon.port,
        sessionId: 'session-of-the-test',
        key: key.toString('base64url'),
        bridgeVersion: '0.1.0',
        expiresAt: Date.now() + 60_000,
      },
      channel: () => {
        throw new Error('the WebSocket is open')
      },
      close: () => {},
    }),
    readPairing: async () => null,
    onEvent: () => {},
    onState: () => {},
  })
  const jobs = new JobDesk()
  const pins = new PinDesk({
    sealKey: (promptId) => client.sealKey(promptId),
    answer: (promptId, sealedPin) => client.call('pin', 'token.answerPin', { promptId, sealedPin }),
  })
  const router = new Router({
    self: SELF,
    ownOrigin: ORIGIN,
    client,
    jobs,
    pins,
    pairing: new PairingDesk(ORIGIN, 'Test/1'),
    portalsAt: (origin) => portalsAt(origin, false),
    status: async () => ({ bridge: 'connected', token: 'ready' }),
  })
  return { router, jobs, pins, daemon, windows }
}

export interface PortPair {
  /** What the background gets from the browser. */
  readonly port: PortLike
  /** What the content script holds. */
  readonly page: {
    readonly received: Record<string, unknown>[]
    readonly isCut: () => boolean
    post(message: unknown): void
    close(): void
  }
}

/** Both ends of a runtime port; messages are copied as JSON, as browsers do. */
export function portPair(name: string, sender: SenderFacts): PortPair {
  const toBackground: ((message: unknown) => void)[] = []
  const onGone: (() => void)[] = []
  const received: Record<string, unknown>[] = []
  let cut = false
  const copy = (message: unknown) => JSON.parse(JSON.stringify(message))
  return {
    port: {
      name,
      sender,
      onMessage: { addListener: (listener) => void toBackground.push(listener) },
      onDisconnect: { addListener: (listener) => void onGone.push(listener) },
      postMessage: (message) => void received.push(copy(message)),
      disconnect: () => {
        cut = true
      },
    },
    page: {
      received,
      isCut: () => cut,
      post: (message) => {
        for (const listener of toBackground) listener(copy(message))
      },
      close: () => {
        for (const listener of onGone) listener()
      },
    },
  }
}
