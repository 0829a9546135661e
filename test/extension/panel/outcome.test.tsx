/** After a signature: how it went stays readable, and the same document can be signed again. */
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PanelController } from '../../../extension/src/panel/panel-controller'
import { PanelView } from '../../../extension/src/panel/panel-view'
import { portals } from '../../../extension/src/portals'

const NAME = '企业诚信守法承诺书'
const PAGE = `<nav>企业首次进疆信息报送</nav><table><tr><td>${NAME}</td><td><a href="/u.pdf">下载</a></td>
  <td><label>上传附件<input type="file" id="upload"></label></td></tr></table>`
const signed = { name: `${NAME}-已签章.pdf`, size: 341_908, sha256: 'ab'.repeat(32), inField: true }

let host: HTMLElement
let panel: PanelController
const find = (testId: string) => host.querySelector<HTMLElement>(`[data-testid="${testId}"]`)

/** happy-dom fills `files` only by hand. */
function putIntoField(files: readonly File[]): void {
  const field = document.getElementById('upload')
  if (field) Object.defineProperty(field, 'files', { value: files, configurable: true })
}

beforeEach(async () => {
  window.location.href = 'http://jsy.xjjs.gov.cn/entry/'
  document.body.innerHTML = PAGE
  host = document.createElement('div')
  document.documentElement.append(host)
  const port = { addListener: () => {} }
  panel = new PanelController({
    root: document,
    portals,
    connect: () => ({ onMessage: port, onDisconnect: port, postMessage: () => {}, disconnect: () => {} }),
    saveFolded: () => {},
  })
  putIntoField([new File(['%PDF-'], signed.name)])
  panel.look()
  panel.folded.value = false
  panel.status.value = { bridge: 'connected', token: 'ready' }
  panel.phase.value = { kind: 'done', documentName: NAME, put: signed }
  await act(() => render(<PanelView panel={panel} host={host} />, host))
})

afterEach(() => {
  render(null, host)
  host.remove()
})

test('after signing, the panel says what happened and that 提交 is mine', () => {
  expect(find('panel-done')?.textContent).toContain('已放回“上传附件”。请检查后自己点“提交”。')
  expect(host.querySelector('[aria-current="step"]')?.textContent).toContain('您点提交')
})

test('how it went stays when the page moves on after 提交', async () => {
  document.body.innerHTML = '<nav>企业首次进疆信息报送</nav><p>已收到</p>'
  await act(() => panel.look())
  expect(find('panel-after')?.textContent).toContain('签好了')
  expect(find('panel-done-name')?.textContent).toBe(signed.name)
  expect(host.textContent).not.toContain('自己点“提交”')
  expect(find('panel-none')).toBeNull()
})

test('a page that begins anew with an empty field can be signed again', async () => {
  putIntoField([])
  await act(() => panel.look())
  expect(find('panel-done')).toBeNull()
  expect(find('panel-sign')?.getAttribute('aria-disabled')).toBe('false')
})

test('while a signature is under way no other file can be chosen', async () => {
  await act(() => {
    panel.phase.value = { kind: 'working', documentName: NAME, stage: 'consent' }
  })
  expect(find('panel-choose')).toBeNull()
  expect(find('panel-sign')?.textContent).toBe('请在确认窗口核对')
})
