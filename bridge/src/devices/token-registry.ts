/** All tokens of all providers: asks each, keeps them apart, and lets only one signature per token run at a time. */
import { type ErrorCode, type PinStatus, SuoqiaoError, type TokenInfo } from '@suoqiao/protocol'
import type { ChildCommand } from '../provider-process/child-link.js'
import { ProviderHost } from '../provider-process/host.js'
import type { Limits } from '../provider-process/limits.js'
import type { ResultOf } from '../provider-process/messages.js'
import type { ProviderSettings } from '../providers/provider.js'
import { readCertificates } from './read-certificates.js'
import { signVerified } from './sign-verified.js'
import { isPracticeTokenId, PRACTICE_PROVIDER } from './token-id.js'
import type { ProviderStatus, SignRequest, TokenCertificate, Tokens } from './tokens.js'

export interface HostPlan {
  readonly id: string
  readonly kind: string
  readonly listMs: number | undefined
  readonly prepare: () => Promise<ProviderSettings>
}

export interface RegistryOptions {
  readonly plan: () => readonly HostPlan[]
  readonly command: ChildCommand
  readonly limits: Partial<Limits>
}

type ListAnswer =
  | { readonly tokens: readonly TokenInfo[] }
  | { readonly provider: string; readonly code: ErrorCode }

type Reason = Parameters<Parameters<Tokens['onChange']>[0]>[0]

export class TokenRegistry implements Tokens {
  readonly #options: RegistryOptions
  readonly #hosts = new Map<string, ProviderHost>()
  /** The last answer of each provider. */
  readonly #known = new Map<string, readonly TokenInfo[]>()
  /** What each token held when it was last read; forgotten at every change. */
  readonly #read = new Map<
    string,
    { readonly certificates: readonly TokenCertificate[]; readonly at: number }
  >()
  readonly #busy = new Set<string>()
  readonly #listeners = new Set<(reason: Reason) => void>()
  #closed = false

  constructor(options: RegistryOptions) {
    this.#options = options
  }

  async list(): ReturnType<Tokens['list']> {
    const answers = await Promise.all(this.#currentHosts().map((host) => this.#listOne(host)))
    return {
      tokens: answers.flatMap((answer) => ('tokens' in answer ? answer.tokens : [])),
      failed: answers.flatMap((answer) => ('code' in answer ? [answer] : [])),
    }
  }

  async certificates(tokenId: string, notOlderThanMs = 0): Promise<readonly TokenCertificate[]> {
    const last = this.#read.get(tokenId)
    if (last !== undefined && performance.now() - last.at < notOlderThanMs) return last.certificates
    const found = await this.#hostOf(tokenId).ask({ op: 'certificates', tokenId })
    const certificates = await readCertificates(found.map(({ der }) => Buffer.from(der, 'base64')))
    this.#read.set(tokenId, { certificates, at: performance.now() })
    return certificates
  }

  async pinStatus(tokenId: string): Promise<PinStatus> {
    return this.#hostOf(tokenId).ask({ op: 'pinStatus', tokenId })
  }

  async sign(request: SignRequest): Promise<Buffer> {
    try {
      const host = this.#hostOf(request.tokenId)
      if (this.#busy.has(request.tokenId)) throw new SuoqiaoError('token.busy')
      request.signal.throwIfAborted()
      this.#busy.add(request.tokenId)
      const signing = signVerified(host, request).finally(() => this.#busy.delete(request.tokenId))
      return await abandonOnAbort(signing, request.signal)
    } catch (thrown) {
      if (changesPinState(thrown)) this.#emit('pin')
      if (thrown instanceof SuoqiaoError) throw thrown
      if (request.signal.aborted) throw new SuoqiaoError('request.cancelled')
      throw thrown
    } finally {
      // After an abort the child may still be at it, but its message has been written by now.
      request.pin.fill(0)
    }
  }

  knownLabel(tokenId: string): string | null {
    const listed = [...this.#known.values()].flat()
    return listed.find(({ id }) => id === tokenId)?.label ?? null
  }

  isPractice(tokenId: string): boolean {
    return isPracticeTokenId(tokenId)
  }

  onChange(listener: (reason: Reason) => void): () => void {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#watch(true)
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#watch(false)
    }
  }

  providers(): readonly ProviderStatus[] {
    return [...this.#hosts.values()].map((host) => host.status)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#listeners.clear()
    for (const host of this.#hosts.values()) host.close()
  }

  /** Process ids of the running children, by provider; for diagnosis. */
  childPids(): ReadonlyMap<string, number> {
    const pids = [...this.#hosts.values()].map((host) => [host.id, host.pid] as const)
    return new Map(pids.filter((pair): pair is readonly [string, number] => pair[1] !== undefined))
  }

  #currentHosts(): ProviderHost[] {
    if (this.#closed) return []
    for (const plan of this.#options.plan()) {
      if (this.#hosts.has(plan.id)) continue
      const host: ProviderHost = new ProviderHost({
        ...plan,
        command: this.#options.command,
        limits: this.#options.limits,
        onChange: (reason) => (reason === 'provider' ? this.#emit('provider') : void this.#listAfresh(host)),
      })
      this.#hosts.set(plan.id, host)
      if (this.#listeners.size > 0) host.watch(true).catch(() => {})
    }
    return [...this.#hosts.values()]
  }

  /** While a signature runs, which may hang, the last answer is given instead of waiting behind it. */
  async #listOne(host: ProviderHost): Promise<ListAnswer> {
    const last = this.#known.get(host.id)
    return host.isSigning && last !== undefined ? { tokens: last } : this.#listAfresh(host)
  }

  async #listAfresh(host: ProviderHost): Promise<ListAnswer> {
    try {
      const tokens = toTokenInfos(host.id, await host.ask({ op: 'list' }))
      this.#noteTokens(host.id, tokens)
      return { tokens }
    } catch (thrown) {
      const code = thrown instanceof SuoqiaoError ? thrown.code : 'bridge.internal'
      return { provider: host.id, code }
    }
  }

  /** Compares with the last list and tells what came and went; the first list is no news. */
  #noteTokens(provider: string, now: readonly TokenInfo[]): void {
    const before = this.#known.get(provider)
    this.#known.set(provider, now)
    if (before === undefined) return
    if (now.some((token) => !holds(before, token))) this.#emit('inserted')
    if (before.some((token) => !holds(now, token))) this.#emit('removed')
  }

  /** The provider's name stands before the first dot of a token id. */
  #hostOf(tokenId: string): ProviderHost {
    const provider = tokenId.slice(0, Math.max(0, tokenId.indexOf('.')))
    const host = this.#currentHosts().find(({ id }) => id === provider)
    if (host === undefined) throw new SuoqiaoError('token.not-found')
    return host
  }

  #watch(on: boolean): void {
    for (const host of this.#hosts.values()) host.watch(on).catch(() => {})
  }

  #emit(reason: Reason): void {
    this.#read.clear()
    for (const listener of this.#listeners) listener(reason)
  }
}

const holds = (tokens: readonly TokenInfo[], { id }: TokenInfo) => tokens.some((token) => token.id === id)

/** A library may claim what it likes: whose token it is and whether it is for practice is ours to say. */
function toTokenInfos(provider: string, records: ResultOf<'list'>): TokenInfo[] {
  return records
    .filter(({ id }) => id.startsWith(`${provider}.`))
    .map((record) => ({ ...record, provider, practice: provider === PRACTICE_PROVIDER }))
}

const PIN_CODES: readonly ErrorCode[] = ['token.pin-incorrect', 'token.pin-locked']
const changesPinState = (thrown: unknown) => thrown instanceof SuoqiaoError && PIN_CODES.includes(thrown.code)

/** A native call cannot be called back: the caller is let go, the signature is thrown away when it comes. */
function abandonOnAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abandon = () => reject(new SuoqiaoError('request.cancelled'))
    signal.addEventListener('abort', abandon, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon))
  })
}
