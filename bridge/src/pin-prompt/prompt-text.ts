/** The words of every PIN window, so that all kinds say the same (extension/src/ui/README.md). */
import type { PinStatus } from '@suoqiao/protocol'
import type { PinQuestion } from './pin-prompt.js'

export interface PromptText {
  /** Title bar. */
  readonly title: string
  /** What happened or what to do, one line. */
  readonly heading: string
  /** The facts under it, one per line, to compare with the consent window. */
  readonly lines: readonly string[]
  readonly field: string
  readonly ok: string
  readonly cancel: string
  /** Shown as an error when the last answer was wrong. */
  readonly error: string | null
  /** The second confirmation, only before the last try. */
  readonly lastTry: { readonly heading: string; readonly warning: string; readonly ok: string } | null
}

/** Longest file name shown whole; a longer one keeps its beginning and its ending. */
const MAX_NAME_CHARS = 60

export function isLastTry(pin: PinStatus): boolean {
  return pin.finalTry || pin.triesLeft === 1
}

export function promptText(question: PinQuestion): PromptText {
  const lastTry = isLastTry(question.pin)
  const heading = question.wrong ? '密码不对，请再输一次' : '输入 UKey 密码'
  const lines = [
    `给“${cleanName(question.fileName)}”签章`,
    `UKey：${cleanName(question.tokenLabel)}`,
    `摘要：${groupByFour(question.digestStart)}`,
    triesLine(question),
    ...(question.practice ? ['练习设备，练习密码是 123456'] : []),
    '密码只交给 UKey，锁桥不保存',
  ]
  return {
    title: '锁桥',
    heading,
    lines,
    field: '密码',
    ok: '确定',
    cancel: '取消',
    error: question.wrong ? `密码不对，请再输一次。${triesLine(question)}` : null,
    lastTry: lastTry
      ? {
          heading: '只剩最后一次机会',
          warning: '再输错，UKey 会锁死。不确定密码，请先取消。',
          ok: '用最后一次机会',
        }
      : null,
  }
}

/** Never a guess: what the token does not tell reads 次数未知. */
function triesLine(question: PinQuestion): string {
  const { triesLeft, low } = question.pin
  if (isLastTry(question.pin)) return '还可尝试 1 次'
  if (triesLeft === null) return low ? '有过输错，次数未知' : '次数未知'
  return question.wrong || low ? `还可尝试 ${triesLeft} 次` : `可尝试 ${triesLeft} 次`
}

function groupByFour(hex: string): string {
  return hex.replace(/[^0-9a-f]/g, '').replace(/(.{4})(?=.)/g, '$1 ')
}

/**
 * One line of printable text. Control and format characters go: a line feed could forge another line of the window,
 * and bidirectional overrides (Unicode TR 36 §3.1) could show a file name backwards.
 */
export function cleanName(text: string): string {
  const printable = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ').trim()
  const chars = [...printable]
  if (chars.length <= MAX_NAME_CHARS) return printable
  return `${chars.slice(0, MAX_NAME_CHARS - 13).join('')}…${chars.slice(-12).join('')}`
}
