/** The extension's background: a worker in Chrome, a lasting page in Firefox. Wiring only. */
import { defineBackground } from 'wxt/utils/define-background'
import { startBackground } from '../router/start'

export default defineBackground({ persistent: true, main: startBackground })
