/** A bridge client in the place of the extension's background, with the native host played by the test. */
import { randomBytes } from 'node:crypto'
import { SuoqiaoError } from '@suoqiao/protocol'
import { vi } from 'vitest'
import { fakeBrowser } from 'wxt/testing/fake-browser'
import { BridgeClient, type BridgeEvent } from '../../../extension/src/bridge-client/bridge-client'
import type { Channel } from '../../../extension/src/bridge-client/channel'
import type { NativeLink } from '../../../extension/src/bridge-client/native-link'
import { SessionStore } from '../../../extension/src/bridge-client/session-store'
import type { BridgeState } from '../../../extension/src/router/messages'
import { BrowserSocket, ORIGIN } from './daemon-double'

export function prepareBrowser(manifestVersion: 2 | 3 = 3): void {
  fakeBrowser.reset()
  fakeBrowser.runtime.getManifest = () =>
    ({ manifest_version: manifestVersion, name: '锁桥', version: '0.1.0' }) as never
  vi.stubGlobal('WebSocket', BrowserSocket)
}

export interface ClientStand {
  readonly client: BridgeClient
  readonly key: Buffer
  readonly states: BridgeState[]
  readonly events: BridgeEvent[]
  /** How often the native host was asked. */
  readonly hellos: number
}

export interface StandOptions {
  readonly key?: Buffer
  /** Port the native host names; null = there is no native host. */
  readonly port: number | null
  /** RPC over the native port, when the test wants the fall-over. */
  readonly nativeChannel?: () => Channel
}

/** One start of the background. Storage lives on between two stands, as it does between two workers. */
export function standUp(options: StandOptions): ClientStand {
  const key = options.key ?? randomBytes(32)
  const states: BridgeState[] = []
  const events: BridgeEvent[] = []
  let hellos = 0
  const openNative = async (): Promise<NativeLink> => {
    if (options.port === null) throw new SuoqiaoError('bridge.not-installed')
    hellos += 1
    return {
      welcome: {
        t: 'welcome',
        port: options.port,
        sessionId: 'session-of-the-test',
        key: key.toString('base64url'),
        bridgeVersion: '0.1.0',
        expiresAt: Date.now() + 60_000,
      },
      channel: () => {
        if (!options.nativeChannel) throw new SuoqiaoError('bridge.not-running')
        return options.nativeChannel()
      },
      close: () => {},
    }
  }
  const client = new BridgeClient({
    origin: ORIGIN,
    browser: 'Test/1',
    store: new SessionStore(),
    openNative,
    readPairing: async () => null,
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
  })
  return {
    client,
    key,
    states,
    events,
    get hellos() {
      return hellos
    },
  }
}
