/** The content script of the portals' pages. Wiring only; which pages it runs on is computed from the portal files. */
import { defineContentScript } from 'wxt/utils/define-content-script'
import { contentMatches } from '../portals'

export default defineContentScript({
  matches: contentMatches(),
  runAt: 'document_idle',
  main: () => {
    // The panel follows.
  },
})
