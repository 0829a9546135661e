import { randomBytes } from 'node:crypto'
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { fakeBrowser } from 'wxt/testing/fake-browser'
import { PinPage } from '../../../extension/src/pin-window/pin-page'
import type { PinPromptView } from '../../../extension/src/router/messages'

afterEach(() => render(null, document.body))

const find = <E extends HTMLElement>(testId: string) => document.querySelector<E>(`[data-testid="${testId}"]`)
const field = () => find<HTMLInputElement>('pin-input')
const last = { triesLeft: 1, low: true, finalTry: true, locked: false }

function open(change: Partial<PinPromptView> = {}) {
  const answers: (string | null)[] = []
  const copied: string[] = []
  const view: PinPromptView = {
    promptId: 'prompt',
    tokenLabel: '企业锁 0001',
    fileName: '承诺书.pdf',
    digestStart: '72b417f3',
    practice: false,
    wrong: false,
    pin: { triesLeft: 10, low: false, finalTry: false, locked: false },
    sealKey: randomBytes(32).toString('base64'),
    ...change,
  }
  const tools = {
    answer: async (sealed: string | null) => void answers.push(sealed),
    copy: async (text: string) => void copied.push(text),
  }
  void act(() => render(<PinPage view={view} tools={tools} />, document.body))
  return { answers, copied }
}

function submit(): void {
  document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
}

describe('the password window', () => {
  it('hides what is typed, is not remembered, and has the focus', () => {
    open()
    expect(field()?.type).toBe('password')
    expect(field()?.autocomplete).toBe('off')
    expect(document.activeElement).toBe(field())
    expect(document.body.textContent).toContain('给“承诺书.pdf”签章')
    expect(document.body.textContent).toContain('72b417f3')
  })

  it('hands over the sealed password, empties the field and leaves no trace of it', async () => {
    const { answers } = open()
    const input = field()
    if (!input) throw new Error('no field')
    input.value = 'canary-4711'
    submit()
    await vi.waitFor(() => expect(answers).toHaveLength(1))
    expect(input.value).toBe('')
    expect(answers[0]).not.toContain('canary')
    const traces = [document.documentElement.outerHTML, document.title, location.href]
    const stored = JSON.stringify(await fakeBrowser.storage.local.get())
    expect([...traces, stored].join(' ')).not.toContain('canary-4711')
  })

  it('does not send an empty password', async () => {
    const { answers } = open()
    submit()
    await act(() => {})
    expect(answers).toEqual([])
    expect(document.body.textContent).toContain('请先输入密码')
  })

  it('says how many tries are left after a wrong one, and 次数未知 when nobody knows', () => {
    open({ wrong: true, pin: { triesLeft: 3, low: true, finalTry: false, locked: false } })
    expect(document.querySelector('h1')?.textContent).toBe('密码不对，请再输一次')
    expect(find('pin-tries')?.textContent).toBe('还可尝试 3 次')
    render(null, document.body)
    open({ pin: { triesLeft: null, low: false, finalTry: false, locked: false } })
    expect(find('pin-tries')?.textContent).toBe('次数未知')
  })

  it('opens the field for the last try only after the tick, with the focus on 取消', async () => {
    const { answers } = open({ pin: last })
    expect(field()?.disabled).toBe(true)
    expect(document.activeElement).toBe(find('pin-cancel'))
    submit()
    expect(answers).toEqual([])
    await act(() => find('pin-agree')?.click())
    expect(field()?.disabled).toBe(false)
    expect(find('pin-ok')?.textContent).toBe('用最后一次机会')
  })

  it('shows no field at all when the UKey is locked, and copies the advice', async () => {
    const { copied, answers } = open({ pin: { triesLeft: 0, low: true, finalTry: false, locked: true } })
    expect(field()).toBeNull()
    expect(document.activeElement).toBe(find('pin-known'))
    await act(() => find('pin-copy')?.click())
    expect(copied[0]).toContain('企业锁 0001')
    find('pin-known')?.click()
    expect(answers).toEqual([null])
  })

  it('takes Esc and 取消 as cancelled', () => {
    const { answers } = open()
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
    find('pin-cancel')?.click()
    expect(answers).toEqual([null, null])
  })

  it('names the practice password only in practice', () => {
    open({ practice: true })
    expect(find('pin-practice')?.textContent).toContain('练习密码是 123456')
    render(null, document.body)
    open()
    expect(document.body.textContent).not.toContain('123456')
  })
})
