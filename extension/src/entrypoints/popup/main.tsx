/** Wires the popup; as a tab (`popup.html?tab=<id>`) it speaks of the tab named in the address. */
import { browser } from 'wxt/browser'
import { Popup } from '../../popup/popup-model'
import { PopupPage } from '../../popup/popup-page'
import { ask, listen } from '../../ui/background'
import { mountPage } from '../../ui/mount'
import '../../ui/tokens.css'
import '../../ui/parts.css'
import '../../popup/popup.css'

const named = new URLSearchParams(location.search).get('tab')
const asTab = named !== null
if (asTab) document.documentElement.classList.add('as-tab')

const places = {
  settings: '/options.html',
  pairing: '/options.html#connection',
  welcome: '/welcome.html',
} as const

async function tabId(): Promise<number | null> {
  if (named !== null) return /^\d+$/.test(named) ? Number(named) : null
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true })
  return tab?.id ?? null
}

const popup = new Popup({
  ask,
  listen,
  tabId,
  goTo: (place) => {
    void browser.tabs.create({ url: browser.runtime.getURL(places[place]) })
    if (!asTab) window.close()
  },
  done: () => {
    if (!asTab) window.close()
  },
})
void mountPage('window', <PopupPage popup={popup} />)
