/** Rate limit of one connection: a bucket that refills steadily. */

export interface TokenBucket {
  /** Takes one; false when the bucket is empty. */
  take(): boolean
}

/** `now` in milliseconds, handed in so that the rule can be tested without waiting. */
export function createTokenBucket(
  perSecond: number,
  burst: number,
  now = performance.now.bind(performance),
): TokenBucket {
  let left = burst
  let last = now()
  return {
    take: () => {
      const at = now()
      left = Math.min(burst, left + ((at - last) / 1000) * perSecond)
      last = at
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}
