/** The panel in a page that looks like a portal's, one entry per state. */
import { render } from 'preact'
import type { Phase } from '../../../../extension/src/panel/panel-controller'
import type { SignPort } from '../../../../extension/src/panel/sign-client'
import type { PanelStatus } from '../../../../extension/src/router/messages'

const NAME = '企业诚信守法承诺书'
const PAGE = `<main style="padding: 24px 400px 24px 24px"><h1>企业首次进疆信息报送</h1><p>${NAME}</p>
  <table><tr><th scope="row">${NAME}</th><td><a href="/u.pdf">下载</a></td>
  <td><label>上传附件 <input type="file"></label></td></tr></table></main>`
const BARE = '<main style="padding: 24px"><h1>企业首次进疆信息报送</h1><p>正在审核</p></main>'

const put = { name: `${NAME}-已签章.pdf`, size: 341_908, sha256: '72b417f3'.repeat(8) }
const ready: PanelStatus = { bridge: 'connected', token: 'ready' }
const noPort: SignPort = {
  onMessage: { addListener: () => {} },
  onDisconnect: { addListener: () => {} },
  postMessage: () => {},
  disconnect: () => {},
}

interface PanelState {
  readonly status?: PanelStatus | null
  readonly phase?: Phase
  readonly page?: string
  readonly folded?: boolean
}

async function panelWith({ status = ready, phase, page = PAGE, folded = false }: PanelState) {
  const { PanelController } = await import('../../../../extension/src/panel/panel-controller')
  const { PanelView } = await import('../../../../extension/src/panel/panel-view')
  const { portals } = await import('../../../../extension/src/portals')
  await import('../../../../extension/src/panel/panel.css')
  document.title = '新疆工程建设云'
  document.body.innerHTML = page
  const panel = new PanelController({
    root: document,
    portals,
    connect: () => noPort,
    saveFolded: () => {},
  })
  const host = document.createElement('div')
  document.body.append(host)
  panel.look()
  panel.folded.value = folded
  panel.status.value = status
  if (phase) panel.phase.value = phase
  render(<PanelView panel={panel} host={host} />, host)
}

const working = (stage: Extract<Phase, { kind: 'working' }>['stage']): Phase => ({
  kind: 'working',
  documentName: NAME,
  stage,
})
const failed = (sentence: string): Phase => ({ kind: 'error', documentName: NAME, sentence })

export const panelScreens: Readonly<Record<string, () => unknown>> = {
  panel: () => panelWith({}),
  'panel-connecting': () => panelWith({ status: null }),
  'panel-stopped': () => panelWith({ status: { bridge: 'not-running', token: 'unknown' } }),
  'panel-impostor': () => panelWith({ status: { bridge: 'impostor', token: 'unknown' } }),
  'panel-no-key': () => panelWith({ status: { bridge: 'connected', token: 'none' } }),
  'panel-consent': () => panelWith({ phase: working('consent') }),
  'panel-back': () => panelWith({ phase: working('back') }),
  'panel-done': () =>
    panelWith({ phase: { kind: 'done', documentName: NAME, put: { ...put, inField: true } } }),
  'panel-taken': () =>
    panelWith({ phase: { kind: 'done', documentName: NAME, put: { ...put, inField: false } } }),
  'panel-gone': () =>
    panelWith({ page: BARE, phase: { kind: 'done', documentName: NAME, put: { ...put, inField: true } } }),
  'panel-error': () => panelWith({ phase: failed('UKey 被拔下，签章停了。插回 UKey，再点一次“签章”。') }),
  'panel-nothing': () => panelWith({ page: BARE }),
  'panel-folded': () => panelWith({ folded: true }),
}
