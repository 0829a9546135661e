/** Wires the password window: prompt from the address, question and answer through the background. */
import { browser } from 'wxt/browser'
import { fitWindow } from '../../pin-window/fit-window'
import { PinPage } from '../../pin-window/pin-page'
import { ask } from '../../ui/background'
import { mountPage } from '../../ui/mount'
import '../../ui/tokens.css'
import '../../ui/parts.css'
import '../../pin-window/pin.css'

const promptId = new URLSearchParams(location.search).get('prompt') ?? ''

const tools = {
  async answer(sealedPin: string | null) {
    // A prompt that was settled meanwhile needs no answer; the window goes either way.
    await ask('pin.answer', { promptId, sealedPin }).catch(() => {})
    window.close()
  },
  copy: (text: string) => navigator.clipboard.writeText(text),
}

ask('pin.get', { promptId }).then(
  async (view) => {
    await mountPage('window', <PinPage view={view} tools={tools} />)
    await fitWindow(document.documentElement, browser.windows)
  },
  () => window.close(),
)
