import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ConsentPage } from '../../../extension/src/consent/consent-page'
import { plainPdf } from '../pdf/signing-stand'
import { madeUpCertificate, madeUpToken, withTokens } from '../ui/gallery/made-up'
import { consentOnTheTable, installCanvasDouble, type TableOptions } from './consent-stand'

let file: Uint8Array<ArrayBuffer>
beforeAll(async () => {
  installCanvasDouble()
  file = new Uint8Array(await plainPdf(3))
})
afterEach(() => render(null, document.body))

const find = (testId: string) => document.querySelector<HTMLElement>(`[data-testid="${testId}"]`)
const text = (testId: string) => find(testId)?.textContent ?? ''

async function shown(options: Partial<TableOptions> = {}) {
  const table = consentOnTheTable({ file, pages: 3, ...options })
  await act(() => render(<ConsentPage consent={table.consent} />, document.body))
  await act(() => table.consent.open())
  await vi.waitFor(() => expect(table.consent.tokens.view.value.state).toBe('ready'))
  await act(() => {})
  return table
}

function press(key: string, target: EventTarget = document): void {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
}

describe('the consent window', () => {
  it('puts the focus on 不签, so that Enter cannot sign', async () => {
    await shown()
    expect(document.activeElement).toBe(find('refuse'))
    expect(find('confirm-sign')?.closest('form')).toBeNull()
  })

  it('shows website with scheme, file, digest, holder, days and tries exactly', async () => {
    const { consent } = await shown()
    await vi.waitFor(() => expect(find('digest')?.dataset.digest).toMatch(/^[0-9a-f]{64}$/), {
      timeout: 5000,
    })
    expect(text('origin')).toBe('http://jsy.xjjs.gov.cn')
    expect(text('site')).toContain('没有加密')
    expect(text('file')).toContain('企业诚信守法承诺书.pdf')
    expect(text('file-facts')).toContain('3 页')
    expect(text('holder')).toBe('浙江钱江建设工程有限公司')
    expect(text('days-left')).toBe('证书还有 214 天')
    expect(text('tries-left')).toBe('密码可尝试 10 次')
    const groups = find('digest')?.querySelectorAll('span:not(.vh)')
    expect(groups).toHaveLength(16)
    expect(consent.practice.value).toBe(false)
  })

  it('does not call an encrypted website unencrypted', async () => {
    const portal = { id: 'x', name: '网站', origin: 'https://a.example', topOrigin: 'https://a.example' }
    await shown({ job: { portal } })
    expect(text('site')).not.toContain('没有加密')
  })

  it('says 次数未知 when the UKey does not tell', async () => {
    const pin = { triesLeft: null, low: false, finalTry: false, locked: false }
    await shown({ answers: withTokens([[madeUpToken({ pin }), [madeUpCertificate()]]]) })
    expect(text('tries-left')).toContain('次数未知')
  })

  it('calls the practice site on this computer so, and does not warn of it', async () => {
    const origin = 'http://127.0.0.1:35247'
    const portal = { id: 'x', name: '网站', origin, topOrigin: origin }
    await shown({ job: { portal, practice: true } })
    expect(text('site')).toContain('本机练习网站')
    expect(text('site')).not.toContain('没有加密')
  })

  it('keeps the warning for a plain site that only pretends to be practice', async () => {
    const origin = 'http://127.0.0.1.evil.example:80'
    const portal = { id: 'x', name: '网站', origin, topOrigin: origin }
    await shown({ job: { portal, practice: true } })
    expect(text('site')).toContain('没有加密')
    expect(text('site')).not.toContain('本机练习网站')
  })

  it('says in plain words what differs between two certificates of one holder', async () => {
    const second = madeUpCertificate({ id: 'b'.repeat(64), keyType: 'EC-P256' })
    await shown({ answers: withTokens([[madeUpToken(), [madeUpCertificate(), second]]]) })
    const keys = [...document.querySelectorAll('[data-testid="certificate-key"]')]
    expect(keys.map((key) => key.textContent)).toEqual(['算法 RSA 2048 位', '算法 椭圆曲线 P-256'])
    expect(find('certificate-serial')).toBeNull()
  })

  it('shows the serial numbers when nothing else tells two certificates apart', async () => {
    const second = madeUpCertificate({ id: 'b'.repeat(64), serialNumber: '77ff' })
    await shown({ answers: withTokens([[madeUpToken(), [madeUpCertificate(), second]]]) })
    const serials = [...document.querySelectorAll('[data-testid="certificate-serial"]')]
    expect(serials.map((serial) => serial.textContent)).toEqual(['序列号 1094a3f2c5', '序列号 77ff'])
  })

  it('lists several certificates and preselects none', async () => {
    const two = [madeUpCertificate(), madeUpCertificate({ id: 'b'.repeat(64), holder: '沈国梁' })]
    const { consent } = await shown({ answers: withTokens([[madeUpToken(), two]]) })
    const options = document.querySelectorAll<HTMLInputElement>('input[type=radio]')
    expect([...options].map((one) => one.checked)).toEqual([false, false])
    expect(find('confirm-sign')?.getAttribute('aria-disabled')).toBe('true')
    await act(() => options[1]?.click())
    expect(consent.offer.value?.certificate.holder).toBe('沈国梁')
  })

  it.each([
    ['expired', [madeUpToken(), [madeUpCertificate({}, -3)]], '证书已过期'],
    ['for encryption only', [madeUpToken(), [madeUpCertificate({ usage: 'encryption' })]], '这是加密证书'],
    [
      'locked',
      [
        madeUpToken({ pin: { triesLeft: 0, low: true, finalTry: false, locked: true } }),
        [madeUpCertificate()],
      ],
      'UKey 已锁定',
    ],
  ] as const)('says why a certificate that is %s cannot sign', async (_name, found, sentence) => {
    await shown({ answers: withTokens([found]) })
    expect(text('certificate-obstacle')).toContain(sentence)
    expect(find('why-off')?.dataset.reason).toBe('consent.off.certificate')
  })

  it('says what to do when no UKey is there', async () => {
    const { consent } = await shown({ answers: withTokens([]) })
    expect(text('no-token')).toContain('没有认到 UKey')
    consent.stop()
  })

  it('says that a practice signature has no legal effect', async () => {
    await shown({ job: { practice: true } })
    expect(text('practice-banner')).toBe('练习签章，没有法律效力')
  })

  it('takes Esc as 不签', async () => {
    const table = await shown()
    press('Escape')
    await vi.waitFor(() => expect(table.isClosed()).toBe(true))
    expect(table.of('job.finish')).toEqual([{ jobId: 'job-1', outcome: 'refused' }])
  })

  it('ignores keys that belong to the input method', async () => {
    const table = await shown()
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', isComposing: true }))
    await new Promise((later) => setTimeout(later, 20))
    expect(table.isClosed()).toBe(false)
  })

  it('ignores a click on 签章 that no person made', async () => {
    const table = await shown()
    table.consent.drawnPages.value = new Set([2])
    await vi.waitFor(() => expect(table.consent.gate.closedBecause.value).toBeNull(), { timeout: 5000 })
    const click = new MouseEvent('click', { bubbles: true })
    find('confirm-sign')?.dispatchEvent(click)
    expect(table.of('session.consent')).toEqual([])
  })

  it('turns pages with PageUp and PageDown and stops at the ends', async () => {
    const { consent } = await shown()
    expect(consent.page.value).toBe(2)
    press('PageDown')
    expect(consent.page.value).toBe(2)
    press('PageUp')
    press('PageUp')
    press('PageUp')
    expect(consent.page.value).toBe(0)
    await act(() => {})
    expect(text('page-number')).toBe('第 1 页，共 3 页')
  })

  it('moves the seal to the page on the screen when asked', async () => {
    const { consent } = await shown()
    await act(() => press('PageUp'))
    await act(() => find('seal-here')?.click())
    await vi.waitFor(() => expect(consent.place.value?.page).toBe(1))
  })

  it('keeps a hint when the seal covers text, and does not stop', async () => {
    const { consent } = await shown()
    const place = consent.place.value
    if (!place) throw new Error('the seal has no place')
    await act(() => {
      consent.texts.value = [{ text: '公司', ...place }]
    })
    expect(text('hint-covers')).toContain('印章压住了')
  })
})
