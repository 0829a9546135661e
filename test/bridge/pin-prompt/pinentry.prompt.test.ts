/** The pinentry window against a scripted double, and against the real pinentry-tty on a pseudo terminal. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { errors } from '@suoqiao/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPinPrompt } from '../../../bridge/src/pin-prompt/create-pin-prompt.js'
import type { PinQuestion } from '../../../bridge/src/pin-prompt/pin-prompt.js'
import { pinentryWindow } from '../../../bridge/src/pin-prompt/pinentry.prompt.js'
import { makeCaller } from '../../stands/caller.js'
import { openTerminal } from '../../stands/terminal.js'

const SCRIPT = resolve(import.meta.dirname, '../../stands/pinentry-script.mjs')
const question: PinQuestion = {
  tokenLabel: '测试UKey',
  fileName: '企业诚信守法承诺书.pdf',
  digestStart: 'a1b2c3d4',
  pin: { triesLeft: 10, low: false, finalTry: false, locked: false },
  wrong: false,
  practice: false,
}
const lastTry = { triesLeft: 1, low: true, finalTry: true, locked: false }

let directory: string
let control: string
const answers = (...lines: string[]): void => writeFileSync(control, lines.join('\n'))
const conversation = (): string => readFileSync(`${control}.log`, 'utf8').replaceAll('%0A', '\n')
const prompt = (timeoutMs = 5000) => createPinPrompt({ kind: `pinentry:${SCRIPT}`, timeoutMs })

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'suoqiao-pinentry-'))
  control = join(directory, 'answers')
  vi.stubEnv('SUOQIAO_TEST_PINENTRY', control)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
})

describe('a scripted pinentry', () => {
  it('gives the typed PIN as bytes, also with percent signs and Chinese in it', async () => {
    for (const pin of ['123456', '50%25 % ab', '口令Ａ1']) {
      answers(`pin ${pin}`)
      expect(await prompt().ask(question, makeCaller())).toEqual(Buffer.from(pin))
    }
  })

  it('shows what is signed, the key, the digest and the tries left, in the words of the interface', async () => {
    answers('cancel')
    await prompt().ask(question, makeCaller())
    const shown = conversation()
    expect(shown).toContain('SETTITLE 锁桥')
    expect(shown).toContain(
      'SETDESC 输入 UKey 密码\n给“企业诚信守法承诺书.pdf”签章\nUKey：测试UKey\n摘要：a1b2 c3d4\n可尝试 10 次\n密码只交给 UKey，锁桥不保存',
    )
    expect(shown).toContain('SETOK 确定')
    expect(shown).toContain('SETCANCEL 取消')
    expect(shown).not.toContain('SETERROR')
    expect(shown).not.toContain('CONFIRM')
  })

  it('says 次数未知 when the key does not tell, and what the practice password is on a practice device', async () => {
    answers('cancel')
    const pin = { triesLeft: null, low: false, finalTry: false, locked: false }
    await prompt().ask({ ...question, pin, practice: true }, makeCaller())
    expect(conversation()).toContain('次数未知\n练习设备，练习密码是 123456')
  })

  it('says that the password was wrong and how many tries are left', async () => {
    answers('cancel')
    const pin = { ...question.pin, triesLeft: 3, low: true }
    await prompt().ask({ ...question, wrong: true, pin }, makeCaller())
    expect(conversation()).toContain('SETERROR 密码不对，请再输一次。还可尝试 3 次')
  })

  it('P0 11: asks a second time before the last try, and opens no field when the user backs out', async () => {
    answers('refuse', 'pin 123456')
    expect(await prompt().ask({ ...question, pin: lastTry }, makeCaller())).toBeNull()
    const shown = conversation()
    expect(shown).toContain('只剩最后一次机会\n\n再输错，UKey 会锁死。不确定密码，请先取消。')
    expect(shown).toContain('SETOK 用最后一次机会')
    expect(shown).not.toContain('GETPIN')
  })

  it('P0 11: opens the field for the last try only after the second confirmation', async () => {
    answers('confirm', 'pin 123456')
    expect(await prompt().ask({ ...question, pin: lastTry }, makeCaller())).toEqual(Buffer.from('123456'))
    expect(conversation().indexOf('CONFIRM')).toBeLessThan(conversation().indexOf('GETPIN'))
  })

  it('P0 11: shows nothing at all for a locked key', async () => {
    answers('pin 123456')
    const pin = { triesLeft: 0, low: true, finalTry: false, locked: true }
    await expect(prompt().ask({ ...question, pin }, makeCaller())).rejects.toThrow(
      errors['token.pin-locked'].say,
    )
    expect(readFileSync(control, 'utf8')).toBe('pin 123456')
  })

  it('takes 取消 and a window nobody answers as no password', async () => {
    answers('cancel')
    expect(await prompt().ask(question, makeCaller())).toBeNull()
    answers('hang')
    expect(await prompt(300).ask(question, makeCaller())).toBeNull()
  })

  it('asks again when 确定 was pressed in an empty field', async () => {
    answers('empty', 'pin 123456')
    expect(await prompt().ask(question, makeCaller())).toEqual(Buffer.from('123456'))
  })

  it('closes the window at once when the connection of the asking page ends', async () => {
    answers('hang')
    const caller = makeCaller()
    const asked = prompt(60_000).ask(question, caller)
    setTimeout(caller.disconnect, 300)
    await expect(asked).rejects.toThrow(errors['request.cancelled'].say)
  })

  it.each(['crash', 'junk', 'unavailable'])(
    'says that no window can be shown when the program does this: %s',
    async (fault) => {
      answers(fault)
      await expect(prompt().ask(question, makeCaller())).rejects.toThrow(
        errors['token.pin-prompt-unavailable'].say,
      )
    },
  )

  it('says that no window can be shown when the program is not there', async () => {
    const gone = createPinPrompt({ kind: 'pinentry:/usr/bin/no-such-pinentry' })
    await expect(gone.ask(question, makeCaller())).rejects.toThrow(errors['token.pin-prompt-unavailable'].say)
  })

  it('takes no program by its bare name, which PATH could answer with another one', () => {
    expect(() => createPinPrompt({ kind: 'pinentry:pinentry-tty' })).toThrow(errors['request.invalid'].say)
  })

  it('cannot be made to run another command by a file name with line feeds', async () => {
    answers('cancel')
    const fileName = 'a.pdf\nSETDESC 没有问题\nGETPIN\u202Efdp.exe'
    await prompt().ask({ ...question, fileName }, makeCaller())
    const raw = readFileSync(`${control}.log`, 'utf8')
    expect(raw.split('\n').filter((line) => line.startsWith('SETDESC'))).toHaveLength(1)
    expect(raw).not.toContain('\u202E')
    expect(raw.match(/^GETPIN/gm)).toHaveLength(1)
  })
})

describe('the real pinentry-tty on a terminal', () => {
  const ask = async (keys: [shown: string, typed: string][], over: Partial<PinQuestion> = {}) => {
    const terminal = await openTerminal(directory)
    try {
      const place = { name: terminal.name, type: 'xterm' }
      const window = pinentryWindow({ path: '/usr/bin/pinentry-tty', terminal: place, timeoutMs: 10_000 })
      const asked = window.ask({ ...question, ...over }, new AbortController().signal)
      for (const [shown, typed] of keys) await terminal.typeWhen(shown, typed)
      return { pin: await asked, screen: terminal.screen() }
    } finally {
      terminal.close()
    }
  }

  it('shows the Chinese words and gives what was typed, without showing it', async () => {
    const { pin, screen } = await ask([['密码：', 'Qx7731\r']])
    expect(pin).toEqual(Buffer.from('Qx7731'))
    expect(screen).toContain('给“企业诚信守法承诺书.pdf”签章')
    expect(screen).toContain('摘要：a1b2 c3d4')
    expect(screen).not.toContain('Qx7731')
  })

  it('takes Ctrl+C as 取消', async () => {
    const { pin } = await ask([['密码：', '\x03']])
    expect(pin).toBeNull()
  })

  it('P0 11: asks a second time before the last try, and only then for the password', async () => {
    const refused = await ask([['用最后一次机会', 'c']], { pin: lastTry })
    expect(refused.pin).toBeNull()
    expect(refused.screen).toContain('再输错，UKey 会锁死。不确定密码，请先取消。')
    expect(refused.screen).not.toContain('密码：')
    const confirmed = await ask(
      [
        ['用最后一次机会', 'o'],
        ['密码：', 'Qx7731\r'],
      ],
      { pin: lastTry },
    )
    expect(confirmed.pin).toEqual(Buffer.from('Qx7731'))
  })
})
