/** The last fallback: the extension's own PIN window. The bridge asks by an event; the PIN comes back sealed under K. */
import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { type PinStatus, SuoqiaoError } from '@suoqiao/protocol'
import type { PinPrompt, PinQuestion } from './pin-prompt.js'
import { PROMPT_TIMEOUT_MS } from './pin-window.js'
import { cleanName, promptText } from './prompt-text.js'

/** AES-256-GCM as NIST SP 800-38D §8.2.2 has it: a 96-bit nonce and the full tag. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_INFO = 'suoqiao pin'
/** An answer that does not unseal was not made with K; the prompt ends rather than being a place to try. */
const MAX_BAD_ANSWERS = 3

interface Pending {
  readonly sessionId: string
  readonly sessionKey: Buffer
  badAnswers: number
  readonly settle: (pin: Buffer | null) => void
}

/** Unlike the other windows it needs the session that asked, so it speaks the whole PinPrompt. */
export function extensionPrompt(timeoutMs: number = PROMPT_TIMEOUT_MS): PinPrompt {
  const pending = new Map<string, Pending>()
  return {
    ask(question, caller) {
      const { sessionKey, signal } = caller
      if (!sessionKey) return Promise.reject(new SuoqiaoError('token.pin-prompt-unavailable'))
      if (signal.aborted) return Promise.reject(new SuoqiaoError('request.cancelled'))
      const promptId = randomBytes(24).toString('base64url')
      return new Promise<Buffer | null>((resolve, reject) => {
        const close = (): void => {
          pending.delete(promptId)
          clearTimeout(timer)
          signal.removeEventListener('abort', cancel)
          caller.sendEvent('pin.settled', { promptId })
        }
        const settle = (pin: Buffer | null): void => {
          close()
          resolve(pin)
        }
        const cancel = (): void => {
          close()
          reject(new SuoqiaoError('request.cancelled'))
        }
        const timer = setTimeout(() => settle(null), timeoutMs)
        signal.addEventListener('abort', cancel, { once: true })
        pending.set(promptId, { sessionId: caller.sessionId, sessionKey, badAnswers: 0, settle })
        caller.sendEvent('pin.requested', eventOf(promptId, question))
      })
    },
    answer(promptId, sealedPin, caller) {
      const waiting = pending.get(promptId)
      if (!waiting || waiting.sessionId !== caller.sessionId) return false
      if (sealedPin === null) {
        waiting.settle(null)
        return true
      }
      const pin = unseal(sealedPin, waiting.sessionKey, promptId)
      if (pin) waiting.settle(pin)
      else countBad(waiting)
      return pin !== null
    },
  }
}

function countBad(waiting: Pending): void {
  waiting.badAnswers += 1
  if (waiting.badAnswers >= MAX_BAD_ANSWERS) waiting.settle(null)
}

function eventOf(promptId: string, question: PinQuestion) {
  const text = promptText(question)
  const { digestStart, practice, wrong } = question
  const fileName = cleanName(question.fileName)
  const tokenLabel = cleanName(question.tokenLabel)
  const pin: PinStatus = { ...question.pin }
  const title = text.lastTry?.heading ?? text.heading
  return { promptId, title, tokenLabel, fileName, digestStart, practice, wrong, pin }
}

/** Null when it was not sealed for this prompt with this session's key. The receiver wipes the PIN. */
function unseal(sealedPin: string, sessionKey: Buffer, promptId: string): Buffer | null {
  const sealed = Buffer.from(sealedPin, 'base64')
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null
  const key = Buffer.from(hkdfSync('sha256', sessionKey, Buffer.from(promptId), KEY_INFO, 32))
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    const pin = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES))
    try {
      decipher.final()
      return pin
    } catch {
      pin.fill(0)
      return null
    }
  } finally {
    key.fill(0)
  }
}
