/** Asking the user for the PIN, in a window no page can see. Implementations: one file per kind of window. */
import type { PinStatus } from '@suoqiao/protocol'
import type { Caller } from '../handlers/handler.js'

export interface PinQuestion {
  readonly tokenLabel: string
  readonly fileName: string
  /** First eight hex digits of what is signed, to compare with the consent window. */
  readonly digestStart: string
  readonly pin: PinStatus
  /** The previous answer was wrong. */
  readonly wrong: boolean
  readonly practice: boolean
}

export interface PinPrompt {
  /**
   * Resolves with the PIN as UTF-8 bytes that the receiver must zero, or null when the user cancelled.
   * On `pin.finalTry` it asks for an explicit second confirmation before the field opens.
   * Throws token.pin-locked (no field is shown), token.pin-prompt-unavailable, request.cancelled.
   */
  ask(question: PinQuestion, caller: Caller): Promise<Buffer | null>
}
