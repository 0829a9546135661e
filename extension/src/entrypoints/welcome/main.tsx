/** Wires the first page after installation. */
import { browser } from 'wxt/browser'
import { ask, listen } from '../../ui/background'
import { mountPage } from '../../ui/mount'
import { Welcome } from '../../welcome/welcome-model'
import { WelcomePage } from '../../welcome/welcome-page'
import '../../ui/tokens.css'
import '../../ui/parts.css'
import '../../welcome/welcome.css'

const welcome = new Welcome({
  ask,
  listen,
  version: browser.runtime.getManifest().version,
  goTo: (url) => void browser.tabs.create({ url: new URL(url, location.href).href }),
})
void mountPage('page', <WelcomePage welcome={welcome} />)
