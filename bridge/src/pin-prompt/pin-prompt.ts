/** Asking the user for the PIN, in a window no page can see. Built by create-pin-prompt.ts. */
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
  /**
   * Takes the answer of the extension's own window (token.answerPin); `sealedPin` null means cancelled. False when no
   * prompt of this session waits for it, or when it cannot be unsealed.
   */
  answer(promptId: string, sealedPin: string | null, caller: Caller): boolean
}
