/** Signing with the practice device, which counts tries down to the lock as a UKey does, and the extension's window. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenAnswerPin } from '../../../bridge/src/handlers/token.answer-pin.js'
import { createPinPrompt } from '../../../bridge/src/pin-prompt/create-pin-prompt.js'
import { makeCaller, type SentEvent, type TestCaller } from '../../stands/caller.js'
import { sealPin } from '../../stands/seal-pin.js'
import {
  codeOf,
  openSigningDesk,
  PRACTICE_ORIGIN,
  pdfParams,
  type SigningDesk,
} from '../../stands/signing-desk.js'

let desk: SigningDesk
let params: ReturnType<typeof pdfParams>
const onPractice = () => makeCaller({ origin: PRACTICE_ORIGIN })
const status = () => desk.services.tokens.pinStatus(params.tokenId)

beforeAll(async () => {
  desk = await openSigningDesk({ practiceOrigin: PRACTICE_ORIGIN })
  const token = await desk.practiceToken()
  const certificates = await desk.services.tokens.certificates(token.id)
  const signing = certificates.find(({ usage }) => usage === 'signing' || usage === 'both')
  params = pdfParams(token.id, signing?.id ?? '')
})
afterAll(() => desk?.close())

describe('the practice device', () => {
  it('signs on the practice portal, says that it is for practice, and names its password', async () => {
    desk.answers('pin 123456')
    expect(await codeOf(desk.sign(params, onPractice()))).toBe('done')
    expect(desk.conversation()).toContain('练习设备，练习密码是 123456')
  })

  it('is refused on a real portal before anything is asked', async () => {
    desk.answers('pin 123456')
    desk.calls.sign = 0
    expect(await codeOf(desk.sign(params, makeCaller()))).toBe('practice.only-practice-portal')
    expect(desk.answersLeft()).toHaveLength(1)
    expect(desk.calls.sign).toBe(0)
  })
})

describe("the extension's PIN window", () => {
  /** The extension as it should be: answers each request of the window with the next PIN. */
  function extension(...pins: (string | null)[]) {
    const prompt = createPinPrompt({ kind: 'extension', timeoutMs: 5000 })
    const services = { ...desk.services, pinPrompt: prompt }
    const answer = async ({ event, data }: SentEvent): Promise<void> => {
      if (event !== 'pin.requested') return
      const pin = pins.shift() ?? null
      const sealedPin =
        pin === null ? null : await sealPin(caller.sessionKey ?? Buffer.alloc(0), data.promptId, pin)
      accepted.push((await tokenAnswerPin({ promptId: data.promptId, sealedPin }, caller, services)).accepted)
    }
    const accepted: boolean[] = []
    const caller: TestCaller = makeCaller({ origin: PRACTICE_ORIGIN, onEvent: (sent) => void answer(sent) })
    return { caller, accepted, services }
  }

  it('signs with what was typed there, sealed on its way', async () => {
    const { caller, accepted, services } = extension('654321', '123456')
    const { pdfSign } = await import('../../../bridge/src/handlers/pdf.sign.js')
    const confirmed = await desk.confirm('pdf.sign', params, caller)
    expect(await codeOf(pdfSign(params, confirmed, services))).toBe('done')
    expect(accepted).toEqual([true, true])
    const asked = caller.events.filter(({ event }) => event === 'pin.requested')
    expect(asked.map(({ data }) => data.wrong)).toEqual([false, true])
    expect(JSON.stringify(caller.events)).not.toContain('654321')
  })
})

describe('P0 11: a key whose tries run out', () => {
  it('P0 11: is told one PIN per typing, warned before the last try, and never asked again once locked', async () => {
    expect((await status()).triesLeft).toBe(10)
    desk.calls.sign = 0
    desk.answers(...Array.from({ length: 9 }, (_, n) => `pin 00000${n}`), 'refuse')
    expect(await codeOf(desk.sign(params, onPractice()))).toBe('token.pin-cancelled')
    expect(desk.calls.sign).toBe(9)
    expect(desk.conversation().match(/^CONFIRM$/gm)).toHaveLength(1)
    expect(await status()).toMatchObject({ triesLeft: 1, finalTry: true, locked: false })

    desk.answers('confirm', 'pin 999999', 'pin 123456')
    expect(await codeOf(desk.sign(params, onPractice()))).toBe('token.pin-locked')
    expect(desk.calls.sign).toBe(10)
    expect(desk.answersLeft()).toEqual(['pin 123456'])
    expect((await desk.services.journal.list(1)).entries[0]).toMatchObject({ outcome: 'token.pin-locked' })
  })

  it('P0 11: shows no field while it is locked, and the token is not called', async () => {
    desk.answers('pin 123456')
    expect(await codeOf(desk.sign(params, onPractice()))).toBe('token.pin-locked')
    expect(desk.calls.sign).toBe(10)
    expect(desk.conversation()).toBe('')
  })
})
