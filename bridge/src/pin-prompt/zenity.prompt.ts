/** The PIN window of GNOME's zenity, for Linux desktops that have no graphical pinentry. */
import { SuoqiaoError } from '@suoqiao/protocol'
import type { PinWindow } from './pin-window.js'
import { type PromptText, promptText } from './prompt-text.js'
import { runDialog, withoutLineEnd } from './run-dialog.js'

/** zenity(1), EXIT STATUS: 0 is OK, 1 Cancel or the close button, 5 its own timeout, -1 (255) an error. */
const EXIT = { ok: 0, cancel: 1, timeout: 5 } as const

/** `path` is absolute. */
export function zenityWindow(path: string): PinWindow {
  return {
    kind: `zenity:${path}`,
    async ask(question, signal) {
      const text = promptText(question)
      if (text.lastTry) {
        const { code } = await runDialog({ path, args: confirmArgs(text.lastTry) }, signal)
        if (!accepted(code)) return null
      }
      const { code, output } = await runDialog({ path, args: entryArgs(text) }, signal)
      return accepted(code) ? withoutLineEnd(output) : null
    },
  }
}

function confirmArgs(lastTry: NonNullable<PromptText['lastTry']>): string[] {
  const words = [`--title=${lastTry.heading}`, `--text=${lastTry.warning}`]
  const buttons = [`--ok-label=${lastTry.ok}`, '--cancel-label=取消', '--default-cancel']
  return ['--question', '--no-markup', ...words, ...buttons]
}

/** --entry --hide-text, because --password shows no sentence of ours. */
function entryArgs(text: PromptText): string[] {
  const body = plain([text.heading, ...text.lines].join('\n'))
  const buttons = [`--ok-label=${text.ok}`, `--cancel-label=${text.cancel}`]
  return ['--entry', '--hide-text', `--title=${text.title}`, `--text=${body}`, ...buttons]
}

/** The entry's label takes `_` for a mnemonic and undoes C escapes: both doubled stand for themselves. */
function plain(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/_/g, '__')
}

function accepted(code: number | null): boolean {
  if (code === EXIT.ok) return true
  if (code === EXIT.cancel || code === EXIT.timeout || code === null) return false
  throw new SuoqiaoError('token.pin-prompt-unavailable', { exitCode: code })
}
