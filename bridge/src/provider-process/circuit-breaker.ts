/** Remembers a library's crashes: how long to wait before the next start, and when to stop trying for a while. */
import type { Limits } from './limits.js'

export class CircuitBreaker {
  readonly #limits: Limits
  readonly #now: () => number
  #crashes: number[] = []
  #inRow = 0
  #suspendedUntil = 0

  constructor(limits: Limits, now: () => number = Date.now) {
    this.#limits = limits
    this.#now = now
  }

  crashed(): void {
    const now = this.#now()
    this.#inRow += 1
    this.#crashes = [...this.#crashes.filter((at) => now - at < this.#limits.crashWindowMs), now]
    if (this.#crashes.length >= this.#limits.maxCrashes) {
      this.#suspendedUntil = now + this.#limits.suspendMs
      this.#crashes = []
    }
  }

  /** A sensitive call went well: the next crash starts the back-off anew. The crashes still count for the window. */
  succeeded(): void {
    this.#inRow = 0
  }

  isSuspended(): boolean {
    return this.#now() < this.#suspendedUntil
  }

  /** Milliseconds until the provider may be tried again; 0 when it is not suspended. */
  suspendedForMs(): number {
    return Math.max(0, this.#suspendedUntil - this.#now())
  }

  /** Pause before the next start: 0 after none, then 100 ms doubling up to 5 s. */
  backOffMs(): number {
    if (this.#inRow === 0) return 0
    return Math.min(this.#limits.backOffFirstMs * 2 ** (this.#inRow - 1), this.#limits.backOffMaxMs)
  }
}
