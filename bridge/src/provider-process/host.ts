/** The daemon's side of one vendor library: queue, deadlines, restart with back-off, and a breaker. Never a replay. */
import { setTimeout as sleep } from 'node:timers/promises'
import { SuoqiaoError } from '@suoqiao/protocol'
import type { ProviderStatus } from '../devices/tokens.js'
import type { Phase, ProviderSettings } from '../providers/provider.js'
import { type ChildCommand, ChildLink, type Deadlines } from './child-link.js'
import { CircuitBreaker } from './circuit-breaker.js'
import { LIMITS, type Limits } from './limits.js'
import type { ChildRequest, Operation, ResultOf } from './messages.js'

export interface HostOptions {
  readonly kind: string
  readonly id: string
  /** Checks the library anew before each start. Throws provider.not-found, provider.not-allowed, provider.load-failed. */
  readonly prepare: () => Promise<ProviderSettings>
  readonly command: ChildCommand
  readonly limits?: Partial<Limits>
  /** The library's own deadline for lists, where it is known to be slow. */
  readonly listMs?: number | undefined
  /** A token may have come or gone, or the process was restarted. */
  readonly onChange: (reason: 'tokens' | 'provider') => void
}

/** A library that does not load is not tried again for so long: the extension asks for the list often. */
const OPEN_FAILURE_MS = 5_000

type Call<O extends Operation> = Extract<ChildRequest, { op: O }>

export class ProviderHost {
  readonly id: string
  readonly #options: HostOptions
  readonly #limits: Limits
  readonly #breaker: CircuitBreaker
  #link: ChildLink | null = null
  #queue: Promise<unknown> = Promise.resolve()
  /** Rises with every crash: a signature that was queued before one is failed, never sent afterwards. */
  #generation = 0
  #restarts = 0
  #openFailure: { readonly thrown: unknown; readonly until: number } | null = null
  #watching = false
  #closed = false
  #signing = 0

  constructor(options: HostOptions) {
    this.id = options.id
    this.#options = options
    this.#limits = {
      ...LIMITS,
      ...(options.listMs === undefined ? {} : { listMs: options.listMs }),
      ...options.limits,
    }
    this.#breaker = new CircuitBreaker(this.#limits)
  }

  get status(): ProviderStatus {
    const state = this.#breaker.isSuspended()
      ? 'suspended'
      : this.#openFailure !== null
        ? 'failed'
        : this.#link === null
          ? 'idle'
          : 'running'
    return { id: this.id, state, restarts: this.#restarts }
  }

  /** The child's process id while it runs; for diagnosis and tests. */
  get pid(): number | undefined {
    return this.#link?.pid
  }

  /** A signature is running or waiting; it may take as long as a person needs to find the button on the token. */
  get isSigning(): boolean {
    return this.#signing > 0
  }

  /** Asks what may be asked again without harm: lists, certificates, PIN status. */
  ask<O extends 'list' | 'certificates' | 'pinStatus'>(request: Call<O>): Promise<ResultOf<O>> {
    return this.#enqueue(() => this.#send(request, this.#listDeadlines()))
  }

  /** Signs once. `takePin` is asked for the message only when it is its turn, so that a PIN never waits in a queue. */
  sign(takeRequest: () => Call<'sign'>): Promise<ResultOf<'sign'>> {
    const generation = this.#generation
    this.#signing += 1
    const turn = this.#enqueue(async () => {
      if (generation !== this.#generation) {
        throw new SuoqiaoError('provider.crashed', { reason: 'queued-behind-a-crash' })
      }
      const link = await this.#ready()
      const result = await link.call(takeRequest(), {
        firstMs: this.#limits.listMs,
        phaseMs: (phase) => this.#phaseMs(phase),
      })
      this.#breaker.succeeded()
      return result
    })
    return turn.finally(() => {
      this.#signing -= 1
    })
  }

  /** Whether changes are reported while the process runs; holds also for later restarts. */
  async watch(on: boolean): Promise<void> {
    this.#watching = on
    await this.#enqueue(async () => {
      if (this.#link?.isAlive) await this.#link.call({ op: 'watch', on }, this.#listDeadlines())
    })
  }

  close(): void {
    this.#closed = true
    this.#link?.close()
    this.#link = null
  }

  #phaseMs(phase: Phase): number {
    if (phase === 'login') return this.#limits.loginMs
    return phase === 'sign' ? this.#limits.signMs : this.#limits.listMs
  }

  #listDeadlines(): Deadlines {
    return { firstMs: this.#limits.listMs, phaseMs: () => this.#limits.listMs }
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work)
    this.#queue = turn.catch(() => {})
    return turn
  }

  async #send<O extends Operation>(request: Call<O>, deadlines: Deadlines): Promise<ResultOf<O>> {
    const link = await this.#ready()
    return link.call(request, deadlines)
  }

  async #ready(): Promise<ChildLink> {
    if (this.#closed) throw new SuoqiaoError('provider.crashed', { reason: 'closed' })
    if (this.#breaker.isSuspended()) {
      throw new SuoqiaoError('provider.suspended', { forMs: this.#breaker.suspendedForMs() })
    }
    if (this.#link?.isAlive) return this.#link
    if (this.#openFailure !== null && Date.now() < this.#openFailure.until) throw this.#openFailure.thrown
    await sleep(this.#breaker.backOffMs())
    if (this.#closed) throw new SuoqiaoError('provider.crashed', { reason: 'closed' })
    return this.#start()
  }

  async #start(): Promise<ChildLink> {
    const settings = await this.#prepare()
    const link = new ChildLink(this.#options.command, this.id, {
      maxMemory: this.#limits.maxMemory,
      onChanged: () => this.#options.onChange('tokens'),
      onCrashed: () => this.#crashed(),
    })
    this.#link = link
    const deadlines: Deadlines = { firstMs: this.#limits.openMs, phaseMs: () => this.#limits.openMs }
    try {
      await link.call({ op: 'open', kind: this.#options.kind, settings }, deadlines)
      if (this.#watching) await link.call({ op: 'watch', on: true }, this.#listDeadlines())
      this.#openFailure = null
      return link
    } catch (thrown) {
      if (link.isAlive) this.#openFailure = { thrown, until: Date.now() + OPEN_FAILURE_MS }
      link.close()
      this.#link = null
      throw thrown
    }
  }

  async #prepare(): Promise<ProviderSettings> {
    try {
      return await this.#options.prepare()
    } catch (thrown) {
      this.#openFailure = { thrown, until: Date.now() + OPEN_FAILURE_MS }
      throw thrown
    }
  }

  #crashed(): void {
    this.#link = null
    if (this.#closed) return
    this.#generation += 1
    this.#restarts += 1
    this.#breaker.crashed()
    this.#options.onChange('provider')
  }
}
