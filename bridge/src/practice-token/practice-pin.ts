/** The practice token's PIN with a try counter, so that wrong PIN, last try and lock can be practised. */
import { timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type PinStatus, SuoqiaoError } from '@suoqiao/protocol'
import * as v from 'valibot'
import { writePrivateFile } from './practice-store.js'

/** No secret: every prompt says it. */
export const PRACTICE_PIN = '123456'
const MAX_TRIES = 10
/** A real token needs the authority to be unlocked; practice goes on after ten minutes. */
const UNLOCK_AFTER_MS = 600_000
const PIN_BYTES = { min: 6, max: 16 } as const

const state = v.object({
  triesLeft: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_TRIES)),
  lockedAt: v.nullable(v.number()),
})
type State = v.InferOutput<typeof state>

export class PracticePin {
  readonly #path: string

  constructor(directory: string) {
    this.#path = join(directory, 'pin.json')
  }

  async status(): Promise<PinStatus> {
    const { triesLeft } = await this.#read()
    return {
      triesLeft,
      low: triesLeft < MAX_TRIES,
      finalTry: triesLeft === 1,
      locked: triesLeft === 0,
    }
  }

  /** Returns when the PIN is right. Throws token.pin-locked, token.pin-invalid or token.pin-incorrect. */
  async check(pin: Buffer): Promise<void> {
    const { triesLeft } = await this.#read()
    if (triesLeft === 0) throw new SuoqiaoError('token.pin-locked', { triesLeft })
    if (pin.length < PIN_BYTES.min || pin.length > PIN_BYTES.max) throw new SuoqiaoError('token.pin-invalid')
    // Counted before it is compared, as cards do it: pulling the plug in between gives no free try.
    await this.#write(triesLeft - 1)
    const right = Buffer.from(PRACTICE_PIN)
    if (pin.length === right.length && timingSafeEqual(pin, right)) {
      await this.#write(MAX_TRIES)
      return
    }
    const left = triesLeft - 1
    throw new SuoqiaoError(left === 0 ? 'token.pin-locked' : 'token.pin-incorrect', { triesLeft: left })
  }

  async #read(): Promise<State> {
    const fresh = { triesLeft: MAX_TRIES, lockedAt: null }
    const text = await readFile(this.#path, 'utf8').catch(() => '')
    try {
      const read = v.parse(state, JSON.parse(text))
      const isOver = read.lockedAt !== null && Date.now() - read.lockedAt >= UNLOCK_AFTER_MS
      return isOver ? fresh : read
    } catch {
      return fresh
    }
  }

  async #write(triesLeft: number): Promise<void> {
    const next: State = { triesLeft, lockedAt: triesLeft === 0 ? Date.now() : null }
    await writePrivateFile(this.#path, JSON.stringify(next))
  }
}
