/** The background's one client of the bridge: connects on demand, keeps the state the pages show, passes events on. */
import {
  type EventMessage,
  type EventName,
  type Method,
  type MustUpdate,
  methods,
  type ParamsInput,
  PRODUCT_VERSION,
  PROTOCOL_VERSION,
  type Result,
  SuoqiaoError,
  toWireError,
  whoMustUpdate,
} from '@suoqiao/protocol'
import type { BridgeState } from '../router/messages'
import { type Connection, connect, type Ways } from './connect'
import { type CallOptions, Rpc } from './rpc'
import { pinSealKey, type Session } from './session-key'

/** After a failure an unforced attempt waits this long, doubled each time. */
const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 15_000

export interface BridgeEvent {
  readonly event: EventName
  readonly data: unknown
}

export interface ClientOptions extends Ways {
  /** Name and major version of the browser, for the bridge's list of pairings. */
  readonly browser: string
  onEvent(event: BridgeEvent): void
  onState(state: BridgeState): void
}

const OFFLINE: BridgeState = {
  state: 'connecting',
  transport: null,
  reason: null,
  bridgeVersion: null,
  mustUpdate: 'none',
}

function stateOf(error: unknown): BridgeState['state'] {
  const { code } = toWireError(error)
  if (code === 'bridge.not-installed') return 'not-installed'
  if (code === 'bridge.impostor') return 'impostor'
  if (code === 'bridge.unauthorized') return 'unauthorized'
  if (code === 'bridge.must-update') return 'must-update'
  return 'not-running'
}

export class BridgeClient {
  readonly #options: ClientOptions
  #rpc: Rpc | null = null
  #session: Session | null = null
  #state: BridgeState = OFFLINE
  #attempt: Promise<void> | null = null
  #failures = 0
  #lastFailure: { readonly at: number; readonly error: unknown } | null = null

  constructor(options: ClientOptions) {
    this.#options = options
  }

  get state(): BridgeState {
    return this.#state
  }

  /** False until the first attempt of this background run; then the state is an answer, not a default. */
  get hasTried(): boolean {
    return this.#state !== OFFLINE
  }

  /** Connects when needed, then asks. Throws SuoqiaoError with the bridge's code. */
  async call<M extends Method>(
    id: string,
    method: M,
    params: ParamsInput<M>,
    options?: CallOptions,
  ): Promise<Result<M>> {
    await this.connect()
    if (!this.#rpc) throw new SuoqiaoError('bridge.disconnected')
    return await this.#rpc.call(id, method, params, options)
  }

  /** Resolves when connected. `now` skips the back-off (the user pressed a button). */
  async connect(now = false): Promise<void> {
    if (this.#rpc?.isOpen) return
    if (!this.#attempt) {
      const wait = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1))
      const last = this.#lastFailure
      if (!now && last && Date.now() - last.at < wait) throw last.error
      this.#attempt = this.#tryOnce().finally(() => {
        this.#attempt = null
      })
    }
    await this.#attempt
  }

  /** Key of one PIN prompt under the present session. Throws bridge.disconnected when there is none. */
  async sealKey(promptId: string): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.#session) throw new SuoqiaoError('bridge.disconnected')
    return await pinSealKey(this.#session, promptId)
  }

  /** Ends the present connection, e.g. because a new pairing shall be used. */
  async disconnect(): Promise<void> {
    this.#rpc?.close()
    await this.#options.store.clear()
  }

  async #tryOnce(): Promise<void> {
    this.#set({ ...OFFLINE, state: 'connecting' })
    try {
      const connection = await connect(this.#options)
      await this.#begin(connection)
      this.#failures = 0
      this.#lastFailure = null
    } catch (error) {
      this.#failures += 1
      this.#lastFailure = { at: Date.now(), error }
      if (this.#state.state !== 'must-update') this.#set({ ...OFFLINE, state: stateOf(error) })
      throw error
    }
  }

  async #begin(connection: Connection): Promise<void> {
    const rpc: Rpc = new Rpc(connection.channel, {
      onEvent: (event) => void this.#event(event),
      onClose: () => {
        if (this.#rpc === rpc) this.#lost()
      },
    })
    const hello = await rpc.call(crypto.randomUUID(), 'session.hello', {
      extension: {
        version: PRODUCT_VERSION,
        protocol: PROTOCOL_VERSION,
        methods: Object.keys(methods),
      },
      browser: this.#options.browser,
    })
    const common = {
      transport: connection.channel.transport,
      reason: connection.reason,
      bridgeVersion: hello.bridge.version,
    }
    const mustUpdate: MustUpdate = whoMustUpdate(PROTOCOL_VERSION, hello.bridge.protocol)
    if (mustUpdate !== 'none') {
      rpc.close()
      this.#set({ ...common, transport: null, state: 'must-update', mustUpdate })
      throw new SuoqiaoError('bridge.must-update', { mustUpdate })
    }
    this.#rpc = rpc
    this.#session = connection.session
    this.#set({ ...common, state: 'connected', mustUpdate })
    await this.#resync(connection.seq ?? hello.seq)
  }

  /** Events were missed (or the daemon is a new one): what they told must be asked again. */
  async #resync(seq: number): Promise<void> {
    const last = await this.#options.store.lastSeq()
    await this.#options.store.saveSeq(seq)
    if (last !== null && last !== seq) {
      this.#options.onEvent({ event: 'token.changed', data: { reason: 'provider' } })
    }
  }

  async #event(event: EventMessage & BridgeEvent): Promise<void> {
    if (event.event === 'session.expiring') return await this.#options.store.clear()
    if (event.event === 'session.heartbeat') return
    this.#options.onEvent({ event: event.event, data: event.data })
    await this.#options.store.saveSeq(event.seq)
  }

  #lost(): void {
    this.#rpc = null
    this.#session = null
    this.#set({ ...OFFLINE, state: 'not-running' })
  }

  #set(state: BridgeState): void {
    this.#state = state
    this.#options.onState(state)
  }
}
