/** The PIN window of macOS: `display dialog` with a hidden answer, through osascript. Not yet run on a real Mac. */
import { SuoqiaoError } from '@suoqiao/protocol'
import type { PinWindow } from './pin-window.js'
import { promptText } from './prompt-text.js'
import { runDialog, withoutLineEnd } from './run-dialog.js'

/** Part of every macOS, on the sealed system volume. */
const OSASCRIPT = '/usr/bin/osascript'

/**
 * The words come in as one JSON argument and are never part of the script (no injection by a file name). The answer
 * goes out with one letter before it, so that an empty one, and a refusal (exit 1, AppleScript error -128), differ.
 */
const SCRIPT = `
function run(argv) {
  const text = JSON.parse(argv[0])
  const app = Application.currentApplication()
  app.includeStandardAdditions = true
  app.activate()
  if (text.lastTry) {
    app.displayDialog(text.lastTry.heading + '\\n\\n' + text.lastTry.warning, {
      withTitle: text.title, withIcon: 'caution',
      buttons: [text.cancel, text.lastTry.ok], defaultButton: text.cancel, cancelButton: text.cancel,
    })
  }
  const answer = app.displayDialog([text.heading].concat(text.lines).join('\\n'), {
    withTitle: text.title, defaultAnswer: '', hiddenAnswer: true,
    buttons: [text.cancel, text.ok], defaultButton: text.ok, cancelButton: text.cancel,
  })
  return '=' + answer.textReturned
}`

export function macosWindow(path: string = OSASCRIPT): PinWindow {
  return {
    kind: 'macos',
    async ask(question, signal) {
      const args = ['-l', 'JavaScript', '-e', SCRIPT, JSON.stringify(promptText(question))]
      const { code, output } = await runDialog({ path, args }, signal)
      if (code === 1 || code === null) return null
      if (code !== 0 || output[0] !== 0x3d) {
        throw new SuoqiaoError('token.pin-prompt-unavailable', { exitCode: code })
      }
      const typed = withoutLineEnd(output)
      const pin = Buffer.from(typed.subarray(1))
      typed.fill(0)
      return pin
    },
  }
}
