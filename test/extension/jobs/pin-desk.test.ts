/** The PIN windows of the last fallback. */
import { beforeEach, expect, test } from 'vitest'
import { fakeBrowser } from 'wxt/testing/fake-browser'
import { PinDesk } from '../../../extension/src/jobs/pin-desk'

const promptId = 'prompt-0123456789'
const request = {
  promptId,
  title: '锁桥',
  tokenLabel: '练习设备',
  fileName: '承诺书.pdf',
  digestStart: '72b417f3',
  practice: true,
  wrong: false,
  pin: { triesLeft: 1, low: true, finalTry: true, locked: false },
}
let opened: string[] = []
let closed: number[] = []
let answers: (string | null)[] = []

function desk(): PinDesk {
  return new PinDesk({
    sealKey: async () => new Uint8Array(32),
    answer: async (_promptId, sealedPin) => {
      answers.push(sealedPin)
      return { accepted: sealedPin !== null }
    },
  })
}

beforeEach(() => {
  opened = []
  closed = []
  answers = []
  fakeBrowser.runtime.getURL = (() => 'chrome-extension://own/') as never
  fakeBrowser.windows.create = (async ({ url }: { url: string }) => ({ id: opened.push(url) })) as never
  fakeBrowser.windows.remove = (async (id: number) => void closed.push(id)) as never
})

test('each prompt gets its own small window and its own sealing key', async () => {
  const pins = desk()
  await pins.open(request)
  expect(opened).toEqual([`chrome-extension://own/pin.html?prompt=${promptId}`])
  expect(pins.get(promptId)).toMatchObject({
    pin: { finalTry: true },
    sealKey: expect.stringMatching(/^.{44}$/),
  })
})

test('closing the window without an answer is a cancellation, told once', async () => {
  const pins = desk()
  await pins.open(request)
  await pins.windowClosed(1)
  await pins.windowClosed(1)
  expect(answers).toEqual([null])
})

test('closing it after the answer tells nothing more', async () => {
  const pins = desk()
  await pins.open(request)
  expect(await pins.answer(promptId, 'c2VhbGVk')).toEqual({ accepted: true })
  await pins.windowClosed(1)
  expect(answers).toEqual(['c2VhbGVk'])
})

test('when the bridge has settled the prompt, its window closes and nothing can be answered', async () => {
  const pins = desk()
  await pins.open(request)
  await pins.settled(promptId)
  expect(closed).toEqual([1])
  await expect(pins.answer(promptId, 'c2VhbGVk')).rejects.toMatchObject({ code: 'token.pin-cancelled' })
  expect(() => pins.get(promptId)).toThrow()
})

test('a window that cannot be opened cancels the prompt at once instead of letting the user wait for it', async () => {
  fakeBrowser.windows.create = (async () => {
    throw new Error('no window')
  }) as never
  const pins = desk()
  await expect(pins.open(request)).rejects.toThrow('no window')
  expect(answers).toEqual([null])
  expect(() => pins.get(promptId)).toThrow()
})
