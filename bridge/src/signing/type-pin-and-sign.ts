/** The loop between PIN window and token: each typed PIN reaches the token exactly once (security requirement 11). */
import { SuoqiaoError } from '@suoqiao/protocol'
import type { SignRequest } from '../devices/tokens.js'
import type { Caller, Services } from '../handlers/handler.js'
import type { PinQuestion } from '../pin-prompt/pin-prompt.js'

export interface PinAndSign {
  readonly request: Omit<SignRequest, 'pin' | 'signal'>
  /** What the window shows; tries and the word of a wrong PIN are filled in here. */
  readonly question: Omit<PinQuestion, 'pin' | 'wrong'>
}

export interface SignedByToken {
  readonly signature: Buffer
  /** Milliseconds the user took, and the token took, over all tries. */
  readonly pinMs: number
  readonly tokenMs: number
}

/** Wrong PINs of one request, however the person goes on; then the whole signature starts anew. */
const MAX_WRONG = 10

/** Throws token.pin-locked, token.pin-cancelled, token.pin-incorrect (too many), and what tokens.sign throws. */
export async function typePinAndSign(
  job: PinAndSign,
  caller: Caller,
  services: Services,
): Promise<SignedByToken> {
  let pinMs = 0
  let tokenMs = 0
  for (let wrong = 0; wrong < MAX_WRONG; wrong += 1) {
    const started = performance.now()
    const pin = await askPin(job, wrong > 0, caller, services)
    const typed = performance.now()
    pinMs += typed - started
    const signature = await signOnce(job, pin, caller, services)
    tokenMs += performance.now() - typed
    if (signature) return { signature, pinMs, tokenMs }
  }
  throw new SuoqiaoError('token.pin-incorrect')
}

/** The tries left are read from the token before each question, never counted here. */
async function askPin(job: PinAndSign, wrong: boolean, caller: Caller, services: Services): Promise<Buffer> {
  const pin = await services.tokens.pinStatus(job.request.tokenId)
  if (pin.locked) throw new SuoqiaoError('token.pin-locked')
  const typed = await services.pinPrompt.ask({ ...job.question, pin, wrong }, caller)
  if (!typed) throw new SuoqiaoError('token.pin-cancelled')
  if (caller.signal.aborted) {
    typed.fill(0)
    throw new SuoqiaoError('request.cancelled')
  }
  return typed
}

/** Null when the token refused the PIN: the user may type another. The PIN is zeroed whatever happens. */
async function signOnce(
  job: PinAndSign,
  pin: Buffer,
  caller: Caller,
  services: Services,
): Promise<Buffer | null> {
  try {
    return await services.tokens.sign({ ...job.request, pin, signal: caller.signal })
  } catch (error) {
    const isRefused = error instanceof SuoqiaoError && REFUSED.has(error.code)
    if (isRefused) return null
    throw await nameRemoval(error, job.request.tokenId, services)
  } finally {
    pin.fill(0)
  }
}

/** Libraries answer all kinds of errors when the key is pulled; whether it is still there decides what it was. */
async function nameRemoval(error: unknown, tokenId: string, services: Services): Promise<unknown> {
  if (!(error instanceof SuoqiaoError) || !VAGUE.has(error.code)) return error
  const { tokens } = await services.tokens.list()
  const isThere = tokens.some((token) => token.id === tokenId)
  return isThere ? error : new SuoqiaoError('token.removed', error.details, { cause: error })
}

const VAGUE: ReadonlySet<string> = new Set(['provider.failed', 'token.not-found'])
const REFUSED: ReadonlySet<string> = new Set(['token.pin-incorrect', 'token.pin-invalid'])
