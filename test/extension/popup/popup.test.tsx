import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bridgeRow, tokenRow } from '../../../extension/src/popup/device-rows'
import { Popup } from '../../../extension/src/popup/popup-model'
import { PopupPage } from '../../../extension/src/popup/popup-page'
import type { BridgeState } from '../../../extension/src/router/messages'
import type { Standing } from '../../../extension/src/ui/bridge-watch'
import { answering, madeUpCertificate, madeUpToken, withTokens } from '../ui/gallery/made-up'

const connected: BridgeState = {
  state: 'connected',
  transport: 'websocket',
  reason: null,
  bridgeVersion: '0.1.0',
  mustUpdate: 'none',
}
const portal = {
  portalId: 'xinjiang-cloud',
  portalName: '新疆工程建设云',
  origin: 'http://jsy.xjjs.gov.cn',
  documents: ['企业诚信守法承诺书'],
}
let open: Popup | null = null
afterEach(() => {
  open?.stop()
  render(null, document.body)
})

const find = (testId: string) => document.querySelector<HTMLElement>(`[data-testid="${testId}"]`)

async function shown(answers: Readonly<Record<string, unknown>> = {}, tabId: number | null = 7) {
  const gone: string[] = []
  const asked: unknown[] = []
  const sign = (params: unknown) => {
    asked.push(params)
    return { started: true }
  }
  const popup = new Popup({
    ask: answering({
      ...withTokens([[madeUpToken(), [madeUpCertificate()]]]),
      'bridge.state': connected,
      'tab.describe': portal,
      'tab.sign': sign,
      ...answers,
    }),
    listen: () => () => {},
    tabId: async () => tabId,
    goTo: (place) => gone.push(place),
    done: () => gone.push('done'),
  })
  open = popup
  await act(() => render(<PopupPage popup={popup} />, document.body))
  await vi.waitFor(() => expect(popup.watch.standing.value.bridge).not.toBeNull())
  await act(() => new Promise((later) => setTimeout(later, 20)))
  return { popup, gone, asked }
}

describe('the popup', () => {
  it('shows portal, document and devices, and starts signing', async () => {
    const { gone, asked } = await shown()
    expect(find('portal-name')?.textContent).toBe('新疆工程建设云')
    expect(find('portal')?.textContent).toContain('企业诚信守法承诺书')
    expect(find('device-bridge')?.dataset.state).toBe('connected')
    expect(find('device-token')?.dataset.state).toBe('ready')
    expect(find('device-token')?.textContent).toContain('证书还有 214 天')
    await act(() => find('sign')?.click())
    await vi.waitFor(() => expect(gone).toEqual(['done']))
    expect(asked).toEqual([{ tabId: 7, documentName: '企业诚信守法承诺书' }])
  })

  it('says so when signing could not begin', async () => {
    const { gone } = await shown({ 'tab.sign': { started: false } })
    await act(() => find('sign')?.click())
    await vi.waitFor(() => expect(find('portal')?.textContent).toContain('没有开始签章'))
    expect(gone).toEqual([])
  })

  it('says that it does not know the website and read nothing', async () => {
    await shown({ 'tab.describe': { portalId: null, portalName: null, origin: null, documents: [] } })
    expect(find('unknown-site')?.textContent).toContain('没有读取这一页的任何内容')
    expect(find('sign')).toBeNull()
  })

  it.each([
    ['not-running', '锁桥服务没有运行', 'start-bridge'],
    ['not-installed', '还没有装锁桥服务', 'install'],
    ['unauthorized', '锁桥服务不认识这个浏览器', 'pair'],
  ])('says what to do when the bridge is %s', async (state, title, button) => {
    await shown({ 'bridge.state': { ...connected, state } })
    expect(find('no-bridge')?.textContent).toContain(title)
    expect(find(button)).not.toBeNull()
    expect(find('device-bridge')?.dataset.state).toBe(state)
  })

  it('offers no button when a program poses as the bridge', async () => {
    await shown({ 'bridge.state': { ...connected, state: 'impostor' } })
    expect(find('no-bridge')?.querySelector('button')).toBeNull()
  })
})

describe('the device rows', () => {
  const standing = (...tokens: Parameters<typeof madeUpToken>[0][]): Standing => ({
    bridge: connected,
    tokens: tokens.map((change) => ({ token: madeUpToken(change), certificates: [madeUpCertificate()] })),
  })
  const low = { triesLeft: 3, low: true, finalTry: false, locked: false }

  it('turn yellow when tries were lost or the certificate ends soon, red when it is over', () => {
    expect(tokenRow(standing({})).colour).toBe('green')
    expect(tokenRow(standing({ pin: low }))).toMatchObject({ colour: 'yellow', note: '密码还可尝试 3 次' })
    const ending = (days: number): Standing => ({
      bridge: connected,
      tokens: [{ token: madeUpToken(), certificates: [madeUpCertificate({}, days)] }],
    })
    expect(tokenRow(ending(12))).toMatchObject({ colour: 'yellow', word: '12 天后到期' })
    expect(tokenRow(ending(-2))).toMatchObject({ colour: 'red', state: 'expired' })
    expect(tokenRow(standing({ pin: { ...low, locked: true } })).state).toBe('locked')
  })

  it('count real UKeys only when a practice one is beside them', () => {
    expect(tokenRow(standing({ practice: true })).state).toBe('practice')
    expect(tokenRow(standing({ practice: true }, { id: 'real' })).state).toBe('ready')
    expect(tokenRow(standing({ id: 'a' }, { id: 'b' })).state).toBe('several')
    expect(tokenRow({ bridge: connected, tokens: [] }).state).toBe('none')
  })

  it('say that the spare channel is in use', () => {
    expect(bridgeRow({ bridge: { ...connected, transport: 'native' }, tokens: [] }).note).toBe('用备用通道')
  })
})
