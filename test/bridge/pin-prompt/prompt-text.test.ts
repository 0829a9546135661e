/** The words of the PIN windows, row by row of the interface's table. */
import { describe, expect, it } from 'vitest'
import type { PinQuestion } from '../../../bridge/src/pin-prompt/pin-prompt.js'
import { cleanName, promptText } from '../../../bridge/src/pin-prompt/prompt-text.js'

const ask = (over: Partial<PinQuestion['pin']> = {}, wrong = false) =>
  promptText({
    tokenLabel: 'UKey',
    fileName: 'a.pdf',
    digestStart: 'a1b2c3d4',
    pin: { triesLeft: null, low: false, finalTry: false, locked: false, ...over },
    wrong,
    practice: false,
  })

describe('the words of the PIN window', () => {
  it.each([
    ['a fresh key that counts', { triesLeft: 10 }, false, '可尝试 10 次'],
    ['a fresh key that does not tell', {}, false, '次数未知'],
    ['a key that only tells of wrong tries', { low: true }, false, '有过输错，次数未知'],
    ['a key after a wrong try', { triesLeft: 3, low: true }, true, '还可尝试 3 次'],
    ['the last try by its flag', { finalTry: true }, false, '还可尝试 1 次'],
  ] as const)('tell the tries left of %s, and never guess', (_name, pin, wrong, line) => {
    expect(ask(pin, wrong).lines).toContain(line)
  })

  it('ask twice before the last try, whether the key says so by number or by flag', () => {
    expect(ask({ finalTry: true }).lastTry).toMatchObject({ ok: '用最后一次机会' })
    expect(ask({ triesLeft: 1 }).lastTry).toMatchObject({ heading: '只剩最后一次机会' })
    expect(ask({ triesLeft: 2 }).lastTry).toBeNull()
  })

  it.each([
    ['line feeds', 'a\r\nb.pdf', 'a  b.pdf'],
    ['a right-to-left override that hides the ending', 'a\u202Efdp.exe', 'a fdp.exe'],
    ['zero-width and other format characters', '\u200Ba\u2066b\u00AD.pdf', 'a b .pdf'],
    ['line separators', 'a\u2028b', 'a b'],
    ['Chinese, which stays as it is', '企业诚信守法承诺书.pdf', '企业诚信守法承诺书.pdf'],
  ])('show a file name without %s', (_name, given, shown) => {
    expect(cleanName(given)).toBe(shown)
  })

  it('keep the beginning and the ending of a long name', () => {
    const shown = cleanName(`${'很'.repeat(200)}长的名字.pdf`)
    expect([...shown].length).toBeLessThanOrEqual(60)
    expect(shown).toMatch(/^很+….*长的名字\.pdf$/)
  })
})
