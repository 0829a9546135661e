/**
 * One kind of window that can ask for a PIN. To add one: a file `<kind>.prompt.ts` with a function that returns a
 * PinWindow, and one line in find-pin-window.ts. The smallest is zenity.prompt.ts.
 */
import type { PinQuestion } from './pin-prompt.js'

/** Longest wait for a person at the window; the consent behind it was given a minute ago at most. */
export const PROMPT_TIMEOUT_MS = 120_000

export interface PinWindow {
  readonly kind: string
  /**
   * Shows the window once. Resolves with the PIN's UTF-8 bytes, which the receiver zeroes; null when the user
   * cancelled or let it time out. The second confirmation before the last try is the window's own task.
   * Throws token.pin-prompt-unavailable when no window could be shown (another kind is tried then), and
   * request.cancelled when `signal` aborts, having closed the window.
   */
  ask(question: PinQuestion, signal: AbortSignal): Promise<Buffer | null>
}
