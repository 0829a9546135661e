/** Pairing by numeric comparison, from this side: digits, the user's answer, the outcome. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { ErrorCode } from '@suoqiao/protocol'
import { SuoqiaoError } from '@suoqiao/protocol'
import type { Ask } from '../ui/background'

export type PairingStep =
  | { readonly at: 'idle' }
  | { readonly at: 'asking' }
  | { readonly at: 'digits'; readonly pairingId: string; readonly digits: string }
  | { readonly at: 'confirming' }
  | { readonly at: 'paired' }
  | { readonly at: 'stopped'; readonly error: ErrorCode | null }

function codeOf(thrown: unknown): ErrorCode {
  return thrown instanceof SuoqiaoError ? thrown.code : 'bridge.internal'
}

export function createPairing(ask: Ask, onPaired: () => void) {
  const step = signal<PairingStep>({ at: 'idle' })

  async function begin(): Promise<void> {
    step.value = { at: 'asking' }
    try {
      step.value = { at: 'digits', ...(await ask('pair.begin', {})) }
    } catch (thrown) {
      step.value = { at: 'stopped', error: codeOf(thrown) }
    }
  }

  async function answer(same: boolean): Promise<void> {
    const now = step.value
    if (now.at !== 'digits') return
    step.value = { at: 'confirming' }
    try {
      await ask('pair.confirm', { pairingId: now.pairingId, same })
      step.value = same ? { at: 'paired' } : { at: 'stopped', error: null }
      if (same) onPaired()
    } catch (thrown) {
      // Saying 不一样 always ends in a refusal; only other errors are news.
      step.value = { at: 'stopped', error: same ? codeOf(thrown) : null }
    }
  }
  return { step: step as ReadonlySignal<PairingStep>, begin, answer }
}
export type Pairing = ReturnType<typeof createPairing>

/** 482 913: read aloud and compared in two halves. */
export function halves(digits: string): string {
  const half = Math.ceil(digits.length / 2)
  return `${digits.slice(0, half)} ${digits.slice(half)}`
}
