/** The content script of the portals' pages. Wiring only; which pages it runs on is computed from the portal files. */
import { defineContentScript } from 'wxt/utils/define-content-script'
import { mountPanel } from '../panel/mount-panel'
import { contentMatches } from '../portals'

export default defineContentScript({
  matches: contentMatches(),
  runAt: 'document_idle',
  // Only the top page: it reaches its same-origin frames itself, and foreign frames get no script of ours at all.
  allFrames: false,
  main: (context) => mountPanel(document, context.signal),
})
