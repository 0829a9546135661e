import { SuoqiaoError } from '@suoqiao/protocol'
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fakeBrowser } from 'wxt/testing/fake-browser'
import { portals } from '../../../extension/src/portals'
import type { BridgeState } from '../../../extension/src/router/messages'
import { createPairing, halves } from '../../../extension/src/settings/pairing'
import { SettingsPage } from '../../../extension/src/settings/settings-page'
import { appearance, parseAppearance } from '../../../extension/src/ui/appearance'
import { watchBridge } from '../../../extension/src/ui/bridge-watch'
import { answering, madeUpCertificate, madeUpToken, withTokens } from '../ui/gallery/made-up'

const connected: BridgeState = {
  state: 'connected',
  transport: 'native',
  reason: '端口被拦截',
  bridgeVersion: '0.1.0',
  mustUpdate: 'none',
}
const entry = {
  seq: 1,
  at: '2026-09-29T06:05:00.000Z',
  method: 'pdf.sign',
  origin: 'http://jsy.xjjs.gov.cn',
  tokenId: 'one',
  certificateId: 'a'.repeat(64),
  certificateSerial: '1094',
  digest: '72b417f3'.repeat(8),
  outcome: 'token.pin-incorrect',
  previous: '',
  hash: '',
}

beforeEach(() => {
  fakeBrowser.reset()
  appearance.value = parseAppearance(null)
})
afterEach(() => render(null, document.body))

const find = (testId: string) => document.querySelector<HTMLElement>(`[data-testid="${testId}"]`)

async function shown(part: string, answers: Readonly<Record<string, unknown>> = {}) {
  const said: unknown[] = []
  const ask = answering({
    ...withTokens([[madeUpToken(), [madeUpCertificate()]]]),
    'bridge.state': connected,
    'bridge.connect': connected,
    'pair.begin': { pairingId: 'p1', digits: '482913' },
    'pair.confirm': (params: unknown) => {
      said.push(params)
      return connected
    },
    'journal.list': { intact: true, total: 1, entries: [entry] },
    ...answers,
  })
  location.hash = part
  const watch = watchBridge(ask, () => () => {})
  const pairing = createPairing(ask, () => {})
  await act(() =>
    render(
      <SettingsPage ask={ask} watch={watch} pairing={pairing} portals={portals} practice={false} />,
      document.body,
    ),
  )
  await vi.waitFor(() => expect(watch.standing.value.bridge).not.toBeNull())
  await act(() => {})
  return { said }
}

describe('the settings', () => {
  it('name every supported website with its exact address', async () => {
    await shown('portals')
    expect(find('portal-xinjiang-cloud')?.textContent).toContain('http://jsy.xjjs.gov.cn')
    expect(find('portal-xinjiang-cloud')?.textContent).toContain('没有加密')
  })

  it('say which channel is used, and why', async () => {
    await shown('connection')
    expect(find('transport')?.dataset.transport).toBe('native')
    expect(find('connection-transport')?.textContent).toContain('端口被拦截')
  })

  it('pair when the user says the digits are the same', async () => {
    const { said } = await shown('connection')
    await act(() => find('pair-begin')?.click())
    await vi.waitFor(() => expect(find('pair-digits')?.textContent).toBe('482 913'))
    await act(() => find('pair-same')?.click())
    await vi.waitFor(() => expect(find('paired')).not.toBeNull())
    expect(said).toEqual([{ pairingId: 'p1', same: true }])
  })

  it('do not pair when the digits differ', async () => {
    const refuse = () => {
      throw new SuoqiaoError('pairing.refused')
    }
    await shown('connection', { 'pair.confirm': refuse })
    await act(() => find('pair-begin')?.click())
    await vi.waitFor(() => expect(find('pair-different')).not.toBeNull())
    await act(() => find('pair-different')?.click())
    await vi.waitFor(() => expect(find('pair-stopped')?.textContent).toContain('没有配对'))
    expect(find('paired')).toBeNull()
  })

  it('say what to do when pairing is not open on the bridge', async () => {
    const closed = () => {
      throw new SuoqiaoError('pairing.closed')
    }
    await shown('connection', { 'pair.begin': closed })
    await act(() => find('pair-begin')?.click())
    await vi.waitFor(() => expect(find('pair-stopped')?.textContent).toContain('没有打开配对'))
  })

  it('change text, colours and language at once, and keep the choice', async () => {
    await shown('look')
    await act(() => find('text-large')?.click())
    await act(() => find('theme-dark')?.click())
    expect(find('theme-dark')?.getAttribute('aria-pressed')).toBe('true')
    const kept = (await fakeBrowser.storage.local.get('appearance')).appearance
    expect(kept).toEqual({ theme: 'dark', text: 'large', language: 'zh-CN' })
  })

  it('show the uses of keys with their outcome and that the chain is whole', async () => {
    await shown('journal')
    await vi.waitFor(() => expect(find('journal')?.dataset.intact).toBe('true'))
    expect(find('journal')?.textContent).toContain('链条完整，共 1 条')
    expect(find('journal-entry')?.textContent).toContain('密码不对，没有签章')
    expect(find('journal-entry')?.textContent).toContain('72b417f3')
  })

  it('show a red lamp when the chain is broken', async () => {
    await shown('journal', { 'journal.list': { intact: false, total: 1, entries: [entry] } })
    await vi.waitFor(() => expect(find('journal')?.textContent).toContain('链条断了'))
  })

  it('say what is kept and what never happens', async () => {
    await shown('privacy')
    expect(find('privacy')?.textContent).toContain('从不')
    expect(find('privacy')?.textContent).toContain('不经过网页')
  })

  it('write the digits in two halves', () => {
    expect(halves('482913')).toBe('482 913')
  })
})
