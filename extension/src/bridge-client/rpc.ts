/** Requests and replies over one channel: validates what goes out and what comes back, with deadline and abort. */
import {
  classify,
  decode,
  type EventMessage,
  type EventName,
  encode,
  events,
  fromWireError,
  MAX_BLOB_BYTES,
  type Method,
  methods,
  type ParamsInput,
  type RequestContext,
  type Result,
  SuoqiaoError,
} from '@suoqiao/protocol'
import * as v from 'valibot'
import type { Channel } from './channel'

const DEFAULT_DEADLINE_MS = 15_000
/** A signature waits for the user's PIN; token calls wait for a vendor library that may hang 60 s. */
const DEADLINES_MS: Partial<Record<Method, number>> = {
  'pdf.sign': 10 * 60_000,
  'token.signDigest': 10 * 60_000,
  'token.list': 75_000,
  'token.certificates': 75_000,
  'token.pinStatus': 75_000,
}

export interface CallOptions {
  readonly context?: RequestContext
  readonly signal?: AbortSignal
}

interface Waiting {
  readonly method: Method
  resolve(value: unknown): void
  reject(error: SuoqiaoError): void
}

export interface RpcListeners {
  onEvent(event: EventMessage & { readonly event: EventName }): void
  onClose(): void
}

/** One RPC conversation. After `onClose` it is dead; every open request has failed with bridge.disconnected. */
export class Rpc {
  readonly #channel: Channel
  readonly #listeners: RpcListeners
  readonly #waiting = new Map<string, Waiting>()
  #open = true

  constructor(channel: Channel, listeners: RpcListeners) {
    this.#channel = channel
    this.#listeners = listeners
    channel.listen(
      (text) => this.#receive(text),
      () => this.#closed(),
    )
  }

  get isOpen(): boolean {
    return this.#open
  }

  get pending(): number {
    return this.#waiting.size
  }

  close(): void {
    this.#channel.close()
    this.#closed()
  }

  /** Throws request.invalid for params the agreement does not allow, and whatever the bridge answers. */
  async call<M extends Method>(
    id: string,
    method: M,
    params: ParamsInput<M>,
    options: CallOptions = {},
  ): Promise<Result<M>> {
    const checked = v.safeParse(methods[method].params, params)
    if (!checked.success) throw new SuoqiaoError('request.invalid', { method, reason: 'params' })
    if (!this.#open) throw new SuoqiaoError('bridge.disconnected')
    const { context } = options
    const text = encode({ id, method, params: checked.output, ...(context ? { context } : {}) })
    const value = await this.#exchange(id, method, text, options.signal)
    const result = v.safeParse(methods[method].result, value)
    if (!result.success) throw new SuoqiaoError('bridge.internal', { method, reason: 'result' })
    return result.output as Result<M>
  }

  #exchange(id: string, method: Method, text: string, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(id)
        signal?.removeEventListener('abort', cancel)
      }
      const fail = (error: SuoqiaoError): void => {
        finish()
        reject(error)
      }
      const cancel = (): void => {
        this.#giveUp(id)
        fail(new SuoqiaoError('request.cancelled'))
      }
      const timer = setTimeout(
        () => fail(new SuoqiaoError('request.timeout', { method })),
        DEADLINES_MS[method] ?? DEFAULT_DEADLINE_MS,
      )
      if (signal?.aborted) return fail(new SuoqiaoError('request.cancelled'))
      signal?.addEventListener('abort', cancel, { once: true })
      const done = (value: unknown): void => {
        finish()
        resolve(value)
      }
      this.#waiting.set(id, { method, resolve: done, reject: fail })
      try {
        this.#channel.send(text)
      } catch (cause) {
        fail(new SuoqiaoError('bridge.disconnected', undefined, { cause }))
      }
    })
  }

  /** Tells the bridge to stop as well; nobody waits for the answer. */
  #giveUp(requestId: string): void {
    try {
      const params = { requestId }
      this.#channel.send(encode({ id: crypto.randomUUID(), method: 'session.cancel', params }))
    } catch {
      // The channel is gone, and with it every request.
    }
  }

  #receive(text: string): void {
    let message: ReturnType<typeof classify>
    try {
      message = classify(decode(text, MAX_BLOB_BYTES))
    } catch {
      // A peer that has proved itself and then breaks the agreement is a fault of ours: end this connection.
      this.close()
      return
    }
    if (message.kind === 'success') this.#waiting.get(message.success.id)?.resolve(message.success.result)
    else if (message.kind === 'failure') {
      this.#waiting.get(message.failure.id)?.reject(fromWireError(message.failure.error))
    } else if (message.kind === 'event') this.#event(message.event)
    // A request from the bridge is not part of the agreement and is not answered.
  }

  #event(message: EventMessage): void {
    if (!Object.hasOwn(events, message.event)) return
    const name = message.event as EventName
    const data = v.safeParse(events[name].data, message.data)
    if (data.success) this.#listeners.onEvent({ event: name, seq: message.seq, data: data.output })
  }

  #closed(): void {
    if (!this.#open) return
    this.#open = false
    for (const waiting of [...this.#waiting.values()]) waiting.reject(new SuoqiaoError('bridge.disconnected'))
    this.#listeners.onClose()
  }
}
