/** When 签章 may be pressed: page drawn, digest ready, certificate usable, and 600 ms of quiet after open or focus. */
import { computed, signal } from '@preact/signals'
import type { MessageKey } from '../ui/i18n'

/** A click meant for something else must not land on 签章 when this window jumps up (ui README, rules of behaviour). */
export const QUIET_MS = 600

interface Timer {
  set(act: () => void, ms: number): unknown
  clear(handle: unknown): void
}

const realTimer: Timer = {
  set: (act, ms) => setTimeout(act, ms),
  clear: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
}

/** `reason()` names the first thing that is still missing, or null. */
export function createGate(reason: () => MessageKey | null, timer: Timer = realTimer) {
  const quietOver = signal(false)
  let running: unknown = null

  /** Called when the window opens or gains focus. */
  function rearm(): void {
    quietOver.value = false
    if (running !== null) timer.clear(running)
    running = timer.set(() => {
      running = null
      quietOver.value = true
    }, QUIET_MS)
  }

  const closedBecause = computed<MessageKey | null>(
    () => reason() ?? (quietOver.value ? null : 'consent.off.quiet'),
  )
  return {
    rearm,
    closedBecause,
    /** A press counts only when a person made it and nothing is missing. */
    passes: (event: { readonly isTrusted: boolean }) => event.isTrusted && closedBecause.value === null,
  }
}
