/** Which PIN window a computer gets, and what the dialog programs of the three systems are told. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { errors } from '@suoqiao/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPinPrompt } from '../../../bridge/src/pin-prompt/create-pin-prompt.js'
import { findPinWindows } from '../../../bridge/src/pin-prompt/find-pin-window.js'
import { macosWindow } from '../../../bridge/src/pin-prompt/macos.prompt.js'
import type { PinQuestion } from '../../../bridge/src/pin-prompt/pin-prompt.js'
import { windowsWindow } from '../../../bridge/src/pin-prompt/windows.prompt.js'
import { zenityWindow } from '../../../bridge/src/pin-prompt/zenity.prompt.js'
import { makeCaller } from '../../stands/caller.js'

const SCRIPT = resolve(import.meta.dirname, '../../stands/pinentry-script.mjs')
const question: PinQuestion = {
  tokenLabel: 'my_UKey',
  fileName: '承诺书$(id)\\n.pdf',
  digestStart: 'a1b2c3d4',
  pin: { triesLeft: null, low: false, finalTry: false, locked: false },
  wrong: false,
  practice: false,
}
const lastTry: PinQuestion = { ...question, pin: { triesLeft: 1, low: true, finalTry: true, locked: false } }
const never = new AbortController().signal

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'suoqiao-windows-'))
  mkdirSync(join(directory, 'programs'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
})

/** A stand-in for a dialog program this computer has not: writes down its arguments and input, then runs `body`. */
function program(name: string, body: string): string {
  const path = join(directory, 'programs', name)
  const log = join(directory, 'told')
  writeFileSync(
    path,
    `#!/bin/sh\nfor word in "$@"; do printf '%s\\n' "$word" >> '${log}'; done\ncat >> '${log}'\n${body}\n`,
  )
  chmodSync(path, 0o755)
  return path
}
const told = (): string => readFileSync(join(directory, 'told'), 'utf8')
const place = (env: NodeJS.ProcessEnv, terminal: { name: string; type: string } | null = null) => ({
  platform: 'linux' as const,
  env,
  terminal,
  programs: join(directory, 'programs'),
})

describe('which window is shown', () => {
  const kinds = (windows: readonly { kind: string }[]) => windows.map(({ kind }) => kind.split('/').at(-1))

  it('on a Linux desktop: the graphical pinentries, then zenity', () => {
    for (const name of ['zenity', 'pinentry-gtk-2', 'pinentry-qt', 'pinentry-tty']) program(name, '')
    for (const env of [{ DISPLAY: ':0' }, { WAYLAND_DISPLAY: 'wayland-0' }]) {
      expect(kinds(findPinWindows(place(env)).graphical)).toEqual(['pinentry-qt', 'pinentry-gtk-2', 'zenity'])
    }
    expect(findPinWindows(place({})).graphical).toEqual([])
  })

  it('without a desktop: a text pinentry on the terminal of the daemon, if it has one', () => {
    for (const name of ['pinentry-tty', 'pinentry-curses']) program(name, '')
    expect(findPinWindows(place({})).text).toEqual([])
    const { text } = findPinWindows(place({}, { name: '/dev/pts/9', type: 'xterm' }))
    expect(kinds(text)).toEqual(['pinentry-curses', 'pinentry-tty'])
  })

  it('on Windows and macOS: what the system brings along', () => {
    const found = (platform: NodeJS.Platform) =>
      findPinWindows({ platform, env: {}, terminal: null }).graphical
    expect(kinds(found('win32'))).toEqual(['windows'])
    expect(kinds(found('darwin'))).toEqual(['macos'])
  })

  it("is the extension's own when the computer has none, and when the desktop cannot be reached", async () => {
    const path = join(directory, 'programs', 'pinentry-qt')
    writeFileSync(path, '#!/bin/sh\necho "ERR 83886340 no display"\n', { mode: 0o755 })
    for (const env of [{}, { DISPLAY: ':0' }]) {
      const prompt = createPinPrompt({ kind: 'auto', timeoutMs: 200, place: place(env) })
      const caller = makeCaller()
      expect(await prompt.ask(question, caller)).toBeNull()
      expect(caller.events[0]?.event).toBe('pin.requested')
    }
  })

  it('is refused to the command line when the computer has none', async () => {
    const prompt = createPinPrompt({ kind: 'auto', place: place({}) })
    const cli = makeCaller({ sessionKey: undefined, channel: 'cli' })
    await expect(prompt.ask(question, cli)).rejects.toThrow(errors['token.pin-prompt-unavailable'].say)
  })

  it('is never the terminal for a browser, whose user would not see it', async () => {
    const control = join(directory, 'answers')
    vi.stubEnv('SUOQIAO_TEST_PINENTRY', control)
    writeFileSync(control, 'pin 123456')
    writeFileSync(
      join(directory, 'programs', 'pinentry-tty'),
      `#!/bin/sh\nexec '${process.execPath}' '${SCRIPT}'\n`,
      { mode: 0o755 },
    )
    const terminal = { name: '/dev/pts/9', type: 'xterm' }
    const prompt = createPinPrompt({ kind: 'auto', timeoutMs: 5000, place: place({}, terminal) })
    const browser = makeCaller()
    const asked = prompt.ask(question, browser)
    prompt.answer(browser.events[0]?.data.promptId, null, browser)
    expect(await asked).toBeNull()
    const cli = makeCaller({ sessionKey: undefined, channel: 'cli' })
    expect(await prompt.ask(question, cli)).toEqual(Buffer.from('123456'))
    expect(readFileSync(`${control}.log`, 'utf8')).toContain('OPTION ttyname=/dev/pts/9')
  })
})

describe('zenity', () => {
  it('hides what is typed and shows our words, with its special characters doubled', async () => {
    const window = zenityWindow(program('zenity', "printf '%s\\n' '50% ü\\n'"))
    expect(await window.ask(question, never)).toEqual(Buffer.from('50% ü\\n'))
    expect(told()).toContain('--hide-text')
    expect(told()).toContain('--ok-label=确定')
    expect(told()).toContain('给“承诺书$(id)\\\\n.pdf”签章\nUKey：my__UKey')
  })

  it('takes 取消 as no password and an error as no window', async () => {
    expect(await zenityWindow(program('zenity', 'exit 1')).ask(question, never)).toBeNull()
    await expect(zenityWindow(program('zenity', 'exit 255')).ask(question, never)).rejects.toThrow(
      errors['token.pin-prompt-unavailable'].say,
    )
  })

  it('P0 11: opens no field when the user backs out of the last try', async () => {
    expect(await zenityWindow(program('zenity', 'exit 1')).ask(lastTry, never)).toBeNull()
    expect(told()).toContain('--question')
    expect(told()).not.toContain('--entry')
  })
})

describe('osascript', () => {
  it('gets the words as data, never as part of the script', async () => {
    const window = macosWindow(program('osascript', "printf '=%s\\n' 'a\"b'"))
    expect(await window.ask(question, never)).toEqual(Buffer.from('a"b'))
    const lines = told().split('\n')
    expect(JSON.parse(lines.find((line) => line.startsWith('{')) ?? '')).toMatchObject({
      title: '锁桥',
      lastTry: null,
    })
    expect(lines.filter((line) => line.includes('承诺书'))).toHaveLength(1)
  })

  it('takes 取消 as no password and anything else as no window', async () => {
    expect(await macosWindow(program('osascript', 'exit 1')).ask(question, never)).toBeNull()
    await expect(macosWindow(program('osascript', 'exit 0')).ask(question, never)).rejects.toThrow(
      errors['token.pin-prompt-unavailable'].say,
    )
  })
})

describe('PowerShell', () => {
  const window = (body: string) =>
    windowsWindow({ systemRoot: 'C:\\Windows', path: program('powershell', body) })

  it('gets a fixed script, and the words on its input', async () => {
    expect(await window('printf 3539E69da1').ask(lastTry, never)).toEqual(Buffer.from('59条'))
    const lines = told().split('\n')
    const at = lines.indexOf('-EncodedCommand')
    const script = Buffer.from(lines[at + 1] ?? '', 'base64').toString('utf16le')
    expect(script).toContain('UseSystemPasswordChar')
    expect(script).not.toContain('承诺书')
    const words = JSON.parse(Buffer.from(lines[at + 2] ?? '', 'base64').toString('utf8'))
    expect(words.lastTry.ok).toBe('用最后一次机会')
    // Windows takes 32767 characters of command line (CreateProcess).
    expect(lines[at + 1]?.length).toBeLessThan(30_000)
  })

  it('takes 取消 as no password and an error as no window', async () => {
    expect(await window('exit 2').ask(question, never)).toBeNull()
    await expect(window('exit 1').ask(question, never)).rejects.toThrow(
      errors['token.pin-prompt-unavailable'].say,
    )
  })

  it('is killed when the connection ends', async () => {
    const controller = new AbortController()
    const asked = window('exec sleep 30').ask(question, controller.signal)
    setTimeout(() => controller.abort(), 200)
    await expect(asked).rejects.toThrow(errors['request.cancelled'].say)
  })
})
