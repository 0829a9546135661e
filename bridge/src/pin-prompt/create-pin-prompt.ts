/** The PIN prompt of the running daemon: picks the window, never shows one for a locked token, asks the last try twice. */
import { isAbsolute } from 'node:path'
import { SuoqiaoError } from '@suoqiao/protocol'
import type { Caller } from '../handlers/handler.js'
import { extensionPrompt } from './extension.prompt.js'
import { findPinWindows, ownTerminal, type WindowPlace } from './find-pin-window.js'
import type { PinPrompt, PinQuestion } from './pin-prompt.js'
import type { PinWindow } from './pin-window.js'
import { pinentryWindow } from './pinentry.prompt.js'

/** `auto`: what the computer has; `extension`: only the extension's window; or one pinentry by its absolute path. */
export type PinPromptKind = 'auto' | 'extension' | `pinentry:${string}`

export interface PinPromptOptions {
  readonly kind: PinPromptKind
  /** How long each window waits for a person, milliseconds. */
  readonly timeoutMs?: number
  /** Where `auto` looks; only tests name another place. */
  readonly place?: WindowPlace
}

/** Pressing Enter in an empty field is a slip, not a PIN; after this many it counts as 取消. */
const MAX_EMPTY_ANSWERS = 3

/** Throws request.invalid for a kind that names no absolute path. */
export function createPinPrompt(options: PinPromptOptions): PinPrompt {
  const extension = extensionPrompt(options.timeoutMs)
  const findWindows = windowsFor(options)
  // Whoever named one program wants the PIN typed there and nowhere else.
  const fallback = options.kind.startsWith('pinentry:') ? null : extension
  return {
    async ask(question, caller) {
      if (question.pin.locked || question.pin.triesLeft === 0) throw new SuoqiaoError('token.pin-locked')
      for (let empty = 0; empty < MAX_EMPTY_ANSWERS; empty += 1) {
        const pin = await askOnce(findWindows(caller), fallback, question, caller)
        if (pin === null || pin.length > 0) return pin
      }
      return null
    },
    answer: (promptId, sealedPin, caller) => extension.answer(promptId, sealedPin, caller),
  }
}

/** A window that cannot be shown gives way to the next; the extension's comes last and needs the session key. */
async function askOnce(
  windows: readonly PinWindow[],
  fallback: PinPrompt | null,
  question: PinQuestion,
  caller: Caller,
): Promise<Buffer | null> {
  for (const window of windows) {
    try {
      return await window.ask(question, caller.signal)
    } catch (error) {
      if (!(error instanceof SuoqiaoError) || error.code !== 'token.pin-prompt-unavailable') throw error
    }
  }
  if (!fallback) throw new SuoqiaoError('token.pin-prompt-unavailable')
  return fallback.ask(question, caller)
}

function windowsFor(options: PinPromptOptions): (caller: Caller) => readonly PinWindow[] {
  const { kind, timeoutMs } = options
  if (kind === 'extension') return () => []
  if (kind === 'auto') return (caller) => autoWindows(caller, options.place)
  const path = kind.slice('pinentry:'.length)
  if (!isAbsolute(path))
    throw new SuoqiaoError('request.invalid', { reason: 'pinentry needs an absolute path' })
  const window = pinentryWindow({
    path,
    terminal: ownTerminal(process.env) ?? undefined,
    ...(timeoutMs ? { timeoutMs } : {}),
  })
  return () => [window]
}

/**
 * Looked up at each question: a desktop session may begin after the daemon did. A text window on the daemon's
 * terminal only serves callers without a browser; whoever signs in a browser would not see it.
 */
function autoWindows(caller: Caller, given: WindowPlace | undefined): readonly PinWindow[] {
  const place = given ?? { platform: process.platform, env: process.env, terminal: ownTerminal(process.env) }
  const { graphical, text } = findPinWindows(place)
  return caller.sessionKey ? graphical : [...graphical, ...text]
}
