/** Hangs the panel into a page: closed shadow root, nothing inherited, on top, its keys kept from the page. */
import { render } from 'preact'
import { browser } from 'wxt/browser'
import { watchPage } from '../page/watch'
import { isPracticeBuild, portalsAt } from '../portals'
import { SIGN_PORT } from '../router/messages'
import type { TabDescription, TabMessage } from '../router/tab-messages'
import { followAppearance } from '../ui/appearance'
import partsCss from '../ui/parts.css?inline'
import tokensCss from '../ui/tokens.css?inline'
import panelCss from './panel.css?inline'
import { PanelController } from './panel-controller'
import { PanelView } from './panel-view'
import type { SignPort } from './sign-client'

const TAG = 'suoqiao-panel'
/** `!important` inline beats every rule of the page. */
const HOST_STYLE = [
  'all: initial',
  'position: fixed',
  'top: 0',
  'right: 0',
  'width: 0',
  'height: 0',
  'display: block',
  'z-index: 2147483647',
]
  .map((rule) => `${rule} !important`)
  .join('; ')
const KEY_EVENTS = ['keydown', 'keyup', 'keypress', 'input', 'change', 'beforeinput'] as const

const foldedKey = (origin: string): string => `panel-folded:${origin}`

function createHost(root: Document): { host: HTMLElement; inside: HTMLElement } {
  const host = root.createElement(TAG)
  host.setAttribute('style', HOST_STYLE)
  // Open only in practice builds, so that tests can reach the controls; the page never can in the real ones.
  const shadow = host.attachShadow({ mode: isPracticeBuild ? 'open' : 'closed' })
  const style = root.createElement('style')
  style.textContent = [tokensCss, partsCss, panelCss].join('\n')
  const inside = root.createElement('div')
  shadow.append(style, inside)
  for (const type of KEY_EVENTS) host.addEventListener(type, (event) => event.stopPropagation())
  root.documentElement.append(host)
  return { host, inside }
}

/** After a key the ring must show where the focus went; Firefox shows it only when told so. */
function focusByKey(inside: HTMLElement, testId: string): void {
  inside.querySelector<HTMLElement>(`[data-testid="${testId}"]`)?.focus({ focusVisible: true })
}

/** Alt+Shift+S opens, Esc inside folds; keys of an input method are left alone. */
function listenToKeys(root: Document, host: HTMLElement, inside: HTMLElement, panel: PanelController): void {
  root.defaultView?.addEventListener(
    'keydown',
    (event) => {
      if (!event.isTrusted || event.isComposing || !panel.portal.value) return
      if (!event.altKey || !event.shiftKey || event.ctrlKey || event.code !== 'KeyS') return
      event.preventDefault()
      event.stopImmediatePropagation()
      panel.unfold()
      requestAnimationFrame(() => focusByKey(inside, 'panel-sign'))
    },
    { capture: true },
  )
  inside.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !event.isTrusted || event.isComposing || panel.folded.value) return
    event.preventDefault()
    panel.fold()
    requestAnimationFrame(() => focusByKey(inside, 'panel-tab'))
  })
  // A worker that slept has missed what was plugged in meanwhile.
  root.addEventListener('visibilitychange', () => {
    if (root.visibilityState === 'visible' && !panel.folded.value) panel.refresh()
  })
  host.ownerDocument.defaultView?.addEventListener('focus', () => {
    if (!panel.folded.value && !panel.isWorking) panel.refresh()
  })
}

function answerBackground(panel: PanelController, root: Document): void {
  const answers = {
    describe: (): TabDescription => ({
      portalId: panel.portal.value?.id ?? null,
      portalName: panel.portal.value?.name ?? null,
      origin: root.location.origin,
      documents: panel.documents.value.map(({ document }) => document.name),
    }),
    openPanel: () => {
      panel.unfold()
      return { opened: panel.portal.value !== null }
    },
    sign: (documentName: string) => {
      const known = panel.documents.value.some(({ document }) => document.name === documentName)
      if (!known || panel.isWorking) return { started: false }
      panel.unfold()
      panel.sign(documentName).catch(() => undefined)
      return { started: true }
    },
  }
  browser.runtime.onMessage.addListener((message: unknown, sender, respond: (answer: unknown) => void) => {
    if (sender.id !== browser.runtime.id || sender.tab) return
    const asked = message as TabMessage
    panel.look()
    if (asked.ask === 'describe') respond(answers.describe())
    else if (asked.ask === 'openPanel') respond(answers.openPanel())
    else if (asked.ask === 'sign') respond(answers.sign(asked.documentName))
  })
}

/** Starts the panel on a page of a portal; it appears when the page is recognised. */
export async function mountPanel(root: Document, signal: AbortSignal): Promise<void> {
  const { origin } = root.location
  const portals = portalsAt(origin)
  if (portals.length === 0) return
  const panel = new PanelController({
    root,
    portals,
    connect: () => browser.runtime.connect({ name: SIGN_PORT }) as SignPort,
    saveFolded: (folded) => {
      browser.storage.local.set({ [foldedKey(origin)]: folded }).catch(() => undefined)
    },
  })
  const { host, inside } = createHost(root)
  await followAppearance(host)
  render(<PanelView panel={panel} host={host} />, inside)
  listenToKeys(root, host, inside, panel)
  answerBackground(panel, root)
  await unfoldWhenNeeded(panel, root, signal)
}

/** Folded at first; the first document that appears unfolds it, unless the user folded it on this site. */
async function unfoldWhenNeeded(panel: PanelController, root: Document, signal: AbortSignal): Promise<void> {
  const key = foldedKey(root.location.origin)
  let mayUnfold = (await browser.storage.local.get(key))[key] !== true
  const look = (): void => {
    panel.look()
    if (!mayUnfold || panel.documents.value.length === 0) return
    mayUnfold = false
    panel.unfold()
  }
  watchPage(root, look, signal)
}
