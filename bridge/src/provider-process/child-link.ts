/** One running provider process: starts it, sends one request at a time, and kills it when a deadline passes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { parse } from 'node:path'
import { type ErrorCode, type ErrorDetails, SuoqiaoError } from '@suoqiao/protocol'
import * as v from 'valibot'
import type { Phase } from '../providers/provider.js'
import { childEnvironment } from './child-environment.js'
import { watchMemory } from './memory-watch.js'
import {
  type ChildMessage,
  type ChildRequest,
  childMessage,
  type Operation,
  type ResultOf,
  results,
} from './messages.js'

/** How to start our own program again; `provider-process` is appended. */
export interface ChildCommand {
  readonly execPath: string
  readonly args: readonly string[]
}

export interface Deadlines {
  readonly firstMs: number
  readonly phaseMs: (phase: Phase) => number
}

export interface LinkOptions {
  readonly maxMemory: number
  readonly onChanged: () => void
  /** The process died by itself or was killed for a deadline; not called after close(). */
  readonly onCrashed: () => void
}

interface Pending {
  readonly id: number
  readonly deadlines: Deadlines
  phase: Phase | 'start'
  timer: NodeJS.Timeout
  readonly settle: (outcome: { readonly value: unknown } | { readonly error: Error }) => void
}

export class ChildLink {
  readonly #process: ChildProcess
  readonly #options: LinkOptions
  #pending: Pending | null = null
  #lastId = 0
  #end: { readonly code: ErrorCode; readonly details: ErrorDetails } | null = null

  constructor(command: ChildCommand, label: string, options: LinkOptions) {
    this.#options = options
    this.#process = spawn(command.execPath, [...command.args, 'provider-process', label], {
      // Vendor libraries print what they like; nothing of it may reach our log.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: childEnvironment(process.env),
      // Windows also searches the working directory for libraries.
      cwd: parse(command.execPath).root,
      windowsHide: true,
    })
    this.#process.on('message', (message) => this.#receive(message))
    // Not once: a kill that fails is a second error event, and one that nobody hears ends the daemon.
    this.#process.on('error', () => this.#crash('provider.crashed', { reason: 'not-started' }))
    this.#process.once('exit', (exit, signal) => this.#crash('provider.crashed', { exit, signal }))
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get isAlive(): boolean {
    return this.#end === null
  }

  /** One at a time: the caller queues. Throws what the child threw, provider.timeout or provider.crashed. */
  async call<O extends Operation>(
    request: Extract<ChildRequest, { op: O }>,
    deadlines: Deadlines,
  ): Promise<ResultOf<O>> {
    if (this.#end !== null) throw new SuoqiaoError(this.#end.code, this.#end.details)
    const value = await this.#exchange(request, deadlines)
    const parsed = v.safeParse(results[request.op], value)
    if (!parsed.success) throw new SuoqiaoError('provider.failed', { reason: 'malformed-answer' })
    return parsed.output as ResultOf<O>
  }

  /** Ends the process at once: a library's C_Finalize may hang, so it is not asked to clean up. */
  close(): void {
    this.#finish('provider.crashed', { reason: 'closed' })
    this.#process.kill('SIGKILL')
  }

  #kill(code: ErrorCode, details: ErrorDetails): void {
    this.#crash(code, details)
    this.#process.kill('SIGKILL')
  }

  #exchange(request: ChildRequest, deadlines: Deadlines): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#lastId += 1
      const stopWatching = watchMemory(this.pid, this.#options.maxMemory, () =>
        this.#kill('provider.crashed', { reason: 'memory' }),
      )
      const timer = this.#deadline(deadlines.firstMs, 'start')
      this.#pending = {
        id: this.#lastId,
        deadlines,
        phase: 'start',
        timer,
        settle: (outcome) => {
          stopWatching()
          if ('error' in outcome) reject(outcome.error)
          else resolve(outcome.value)
        },
      }
      this.#process.send({ ...request, id: this.#lastId }, (failure) => {
        if (failure !== null) this.#crash('provider.crashed', { reason: 'channel' })
      })
    })
  }

  #deadline(ms: number, phase: Phase | 'start'): NodeJS.Timeout {
    return setTimeout(() => this.#kill('provider.timeout', { phase, afterMs: ms }), ms)
  }

  #receive(message: unknown): void {
    const parsed = v.safeParse(childMessage, message)
    if (!parsed.success) return
    if ('event' in parsed.output) this.#options.onChanged()
    else if (parsed.output.id === this.#pending?.id) this.#advance(this.#pending, parsed.output)
  }

  #advance(pending: Pending, message: Exclude<ChildMessage, { event: 'changed' }>): void {
    clearTimeout(pending.timer)
    if ('phase' in message) {
      pending.phase = message.phase
      pending.timer = this.#deadline(pending.deadlines.phaseMs(message.phase), message.phase)
      return
    }
    this.#pending = null
    if ('error' in message) {
      const { code, details } = message.error
      pending.settle({ error: new SuoqiaoError(code as ErrorCode, details) })
    } else pending.settle({ value: message.result })
  }

  /** The first end counts; the listener knows of it before the waiting call does. */
  #crash(code: ErrorCode, details: ErrorDetails): void {
    if (this.#end !== null) return
    this.#options.onCrashed()
    this.#finish(code, details)
  }

  #finish(code: ErrorCode, details: ErrorDetails): void {
    this.#end ??= { code, details }
    const pending = this.#pending
    if (pending === null) return
    this.#pending = null
    clearTimeout(pending.timer)
    pending.settle({
      error: new SuoqiaoError(this.#end.code, { ...this.#end.details, phase: pending.phase }),
    })
  }
}
