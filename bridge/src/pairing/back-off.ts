/** Three failed pairings close the door for a minute: guessing six digits stays hopeless. */

export const FAILURES_ALLOWED = 3
export const BACK_OFF_MS = 60_000

export interface BackOff {
  /** Is the door closed now. */
  isActive(): boolean
  fail(): void
  succeed(): void
}

/** `now` in milliseconds, handed in so that the minute can be tested without waiting. */
export function createBackOff(now: () => number = () => performance.now()): BackOff {
  let failures = 0
  let closedUntil = Number.NEGATIVE_INFINITY
  return {
    isActive: () => now() < closedUntil,
    fail: () => {
      failures += 1
      if (failures < FAILURES_ALLOWED) return
      failures = 0
      closedUntil = now() + BACK_OFF_MS
    },
    succeed: () => {
      failures = 0
    },
  }
}
