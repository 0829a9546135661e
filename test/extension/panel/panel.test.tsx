/** The panel in a page: what the user reads, what the page cannot reach, and presses that are not the user's. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fakeBrowser } from 'wxt/testing/fake-browser'
import { judgePress } from '../../../extension/src/panel/genuine'
import { mountPanel } from '../../../extension/src/panel/mount-panel'
import type { PanelStatus, SignPortRequest } from '../../../extension/src/router/messages'

const PAGE = `<nav>企业首次进疆信息报送</nav><table><tr><td>企业诚信守法承诺书</td>
  <td><a href="/u.pdf">下载</a></td><td><label>上传附件<input type="file" id="upload"></label></td></tr></table>`

let asked: SignPortRequest[] = []
let tell: (message: unknown) => void = () => {}
let shadows: { root: ShadowRoot; mode: string }[] = []
let stop = new AbortController()

/** The background as the panel meets it. */
function port() {
  return {
    onMessage: { addListener: (listener: typeof tell) => (tell = listener) },
    onDisconnect: { addListener: () => {} },
    postMessage: (message: SignPortRequest) => void asked.push(message),
    disconnect: () => {},
  }
}

beforeEach(() => {
  fakeBrowser.reset()
  asked = []
  shadows = []
  stop = new AbortController()
  fakeBrowser.runtime.connect = port as never
  window.location.href = 'http://jsy.xjjs.gov.cn/entry/'
  document.body.innerHTML = PAGE
  const attach = Element.prototype.attachShadow
  vi.spyOn(Element.prototype, 'attachShadow').mockImplementation(function (this: Element, init) {
    const root = attach.call(this, init)
    shadows.push({ root, mode: init.mode })
    return root
  })
})

afterEach(() => {
  stop.abort()
  document.querySelector('suoqiao-panel')?.remove()
  vi.restoreAllMocks()
})

const inside = (testId: string): HTMLElement | null =>
  shadows[0]?.root.querySelector<HTMLElement>(`[data-testid="${testId}"]`) ?? null

async function open(status: PanelStatus = { bridge: 'connected', token: 'ready' }): Promise<void> {
  await mountPanel(document, stop.signal)
  await expect.poll(() => inside('panel')).not.toBeNull()
  tell({ t: 'status', status })
  await new Promise((resolve) => setTimeout(resolve, 20))
}

const text = (testId: string): string => inside(testId)?.textContent ?? ''

test('P1-26 in a normal build the page cannot look into the panel', async () => {
  await open()
  expect(shadows[0]?.mode).toBe('closed')
  expect(document.querySelector('suoqiao-panel')?.shadowRoot ?? null).toBeNull()
  expect(document.body.textContent).not.toContain('UKey')
})

test('the document of the page is shown with its limit and where its file comes from', async () => {
  await open()
  expect(text('panel-document')).toContain('企业诚信守法承诺书')
  expect(text('panel-document')).toContain('小于 5 MB')
  expect(text('panel-source')).toBe('从网页的“下载”取得')
  expect(text('panel-ready')).toBe('UKey 已认到')
})

const troubles: readonly (readonly [PanelStatus, string])[] = [
  [{ bridge: 'not-running', token: 'unknown' }, '锁桥服务没有运行'],
  [{ bridge: 'not-installed', token: 'unknown' }, '这台电脑还没有装锁桥服务'],
  [{ bridge: 'impostor', token: 'unknown' }, '有程序冒充锁桥服务'],
  [{ bridge: 'must-update', token: 'unknown' }, '版本不配套'],
  [{ bridge: 'unauthorized', token: 'unknown' }, '锁桥服务不认识这个浏览器'],
  [{ bridge: 'connected', token: 'none' }, '没有认到 UKey'],
]
for (const [status, title] of troubles) {
  test(`${status.bridge} with ${status.token} reads “${title}”, and 签章 is off`, async () => {
    await open(status)
    expect(text('panel-trouble')).toContain(title)
    expect(inside('panel-sign')?.getAttribute('aria-disabled')).toBe('true')
  })
}

test('签章 is off while the bridge is still being connected, and the panel says so', async () => {
  await open({ bridge: 'connecting', token: 'unknown' })
  expect(inside('panel-sign')?.getAttribute('aria-disabled')).toBe('true')
  const why = inside('panel-sign')?.getAttribute('aria-describedby')
  expect(shadows[0]?.root.getElementById(why ?? '')?.textContent).toBe('正在连接锁桥服务…')
})

test('P1-26 a press that the page made up does nothing', async () => {
  await open()
  asked = []
  inside('panel-sign')?.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }))
  inside('panel-fold')?.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }))
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(asked).toEqual([])
  expect(inside('panel')?.dataset.phase).toBe('idle')
})

test('P1-26 a real press under a transparent or covering element is told apart', () => {
  const host = document.createElement('div')
  document.body.append(host)
  const press = (over: Element | null): MouseEvent => {
    document.elementFromPoint = () => over
    return { isTrusted: true, clientX: 10, clientY: 10 } as MouseEvent
  }
  expect(judgePress(press(host), host)).toBe('genuine')
  expect(judgePress(press(document.body), host)).toBe('covered')
  document.body.style.opacity = '0.01'
  expect(judgePress(press(host), host)).toBe('covered')
  document.body.style.opacity = ''
})

test('keys pressed in the panel do not reach the page', async () => {
  await open()
  const heard: string[] = []
  document.addEventListener('keydown', () => heard.push('keydown'))
  const event = new KeyboardEvent('keydown', { key: 'a', bubbles: true, composed: true })
  inside('panel-sign')?.dispatchEvent(event)
  expect(heard).toEqual([])
})

test('nothing is drawn on a page of the portal that is not recognised', async () => {
  document.body.innerHTML = '<p>通知公告</p>'
  await mountPanel(document, stop.signal)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(inside('panel')).toBeNull()
  expect(inside('panel-tab')).toBeNull()
})

test('on a look-alike site nothing of ours is put into the page', async () => {
  window.location.href = 'http://jsy.xjjs.gov.cn.evil.example/'
  await mountPanel(document, stop.signal)
  expect(document.querySelector('suoqiao-panel')).toBeNull()
})

test('a panel that was folded on this site stays folded', async () => {
  await fakeBrowser.storage.local.set({ 'panel-folded:http://jsy.xjjs.gov.cn': true })
  await mountPanel(document, stop.signal)
  await expect.poll(() => inside('panel-tab')).not.toBeNull()
  expect(inside('panel')).toBeNull()
  expect(asked).toEqual([])
})
