/** The extension's own PIN window, as the bridge sees it: an event out, a sealed answer in. */
import { randomBytes } from 'node:crypto'
import { errors } from '@suoqiao/protocol'
import { describe, expect, it } from 'vitest'
import { createPinPrompt } from '../../../bridge/src/pin-prompt/create-pin-prompt.js'
import type { PinPrompt, PinQuestion } from '../../../bridge/src/pin-prompt/pin-prompt.js'
import { makeCaller, type TestCaller } from '../../stands/caller.js'
import { sealPin } from '../../stands/seal-pin.js'

const question: PinQuestion = {
  tokenLabel: '测试UKey',
  fileName: '企业诚信守法承诺书.pdf',
  digestStart: 'a1b2c3d4',
  pin: { triesLeft: null, low: false, finalTry: false, locked: false },
  wrong: false,
  practice: false,
}

function open(over: Partial<PinQuestion> = {}, timeoutMs = 5000) {
  const prompt: PinPrompt = createPinPrompt({ kind: 'extension', timeoutMs })
  const caller = makeCaller()
  const asked = prompt.ask({ ...question, ...over }, caller)
  const promptId: string = caller.events[0]?.data.promptId
  return { prompt, caller, asked, promptId }
}
const keyOf = (caller: TestCaller): Buffer => caller.sessionKey ?? Buffer.alloc(0)

describe("the extension's PIN window", () => {
  it('is asked for by an event to the session that signs, and closed by another', async () => {
    const { prompt, caller, asked, promptId } = open()
    expect(caller.events).toEqual([
      {
        event: 'pin.requested',
        data: { promptId, title: '输入 UKey 密码', ...question },
      },
    ])
    const sealed = await sealPin(keyOf(caller), promptId, '密码Qx7731')
    expect(prompt.answer(promptId, sealed, caller)).toBe(true)
    expect(await asked).toEqual(Buffer.from('密码Qx7731'))
    expect(caller.events.at(-1)).toEqual({ event: 'pin.settled', data: { promptId } })
  })

  it('names the wrong password and the last try in its title', () => {
    expect(open({ wrong: true }).caller.events[0]?.data.title).toBe('密码不对，请再输一次')
    const pin = { triesLeft: 1, low: true, finalTry: true, locked: false }
    expect(open({ pin }).caller.events[0]?.data.title).toBe('只剩最后一次机会')
  })

  it('is told names of one plain line, whatever a page or a token called itself', () => {
    const { caller } = open({
      fileName: '承诺\u202efdp.exe\n密码：\u0000.pdf',
      tokenLabel: 'UKey\r\n\u2066x',
    })
    expect(caller.events[0]?.data).toMatchObject({
      fileName: '承诺 fdp.exe 密码： .pdf',
      tokenLabel: 'UKey   x',
    })
  })

  it('P0 11: is not asked for when the key is locked', async () => {
    const pin = { triesLeft: null, low: true, finalTry: false, locked: true }
    const { caller, asked } = open({ pin })
    await expect(asked).rejects.toThrow(errors['token.pin-locked'].say)
    expect(caller.events).toEqual([])
  })

  it('takes an answer once', async () => {
    const { prompt, caller, asked, promptId } = open()
    const sealed = await sealPin(keyOf(caller), promptId, '123456')
    expect(prompt.answer(promptId, sealed, caller)).toBe(true)
    expect(prompt.answer(promptId, sealed, caller)).toBe(false)
    await asked
  })

  it('takes no answer from another session', async () => {
    const { prompt, caller, asked, promptId } = open()
    const other = makeCaller({ sessionId: 'session-of-another', sessionKey: keyOf(caller) })
    expect(prompt.answer(promptId, await sealPin(keyOf(caller), promptId, '123456'), other)).toBe(false)
    expect(prompt.answer(promptId, null, other)).toBe(false)
    expect(prompt.answer(promptId, null, caller)).toBe(true)
    expect(await asked).toBeNull()
  })

  it('takes no answer sealed with another key or for another window, and closes after three of them', async () => {
    const { prompt, caller, asked, promptId } = open()
    const bad = [
      await sealPin(randomBytes(32), promptId, '123456'),
      await sealPin(keyOf(caller), `${promptId.slice(0, -1)}_`, '123456'),
      Buffer.alloc(20).toString('base64'),
    ]
    for (const sealed of bad) expect(prompt.answer(promptId, sealed, caller)).toBe(false)
    expect(await asked).toBeNull()
    expect(prompt.answer(promptId, await sealPin(keyOf(caller), promptId, '123456'), caller)).toBe(false)
  })

  it('is cancelled by its 取消, by time, and by the end of the connection', async () => {
    const cancelled = open()
    cancelled.prompt.answer(cancelled.promptId, null, cancelled.caller)
    expect(await cancelled.asked).toBeNull()
    expect(await open({}, 100).asked).toBeNull()
    const gone = open()
    gone.caller.disconnect()
    await expect(gone.asked).rejects.toThrow(errors['request.cancelled'].say)
    expect(gone.caller.events.at(-1)?.event).toBe('pin.settled')
  })

  it('does not exist for the command line, which has no session key', async () => {
    const prompt = createPinPrompt({ kind: 'extension' })
    const cli = makeCaller({ sessionKey: undefined, channel: 'cli', origin: 'cli:' })
    await expect(prompt.ask(question, cli)).rejects.toThrow(errors['token.pin-prompt-unavailable'].say)
    expect(cli.events).toEqual([])
  })
})
