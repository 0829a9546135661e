/** The PIN window of GnuPG's pinentry: Qt, GTK and GNOME windows, or curses and plain text on a terminal. */
import { SuoqiaoError } from '@suoqiao/protocol'
import { type AssuanClient, type AssuanReply, escapeArgument, startAssuan } from './assuan.js'
import type { PinQuestion } from './pin-prompt.js'
import { type PinWindow, PROMPT_TIMEOUT_MS } from './pin-window.js'
import { type PromptText, promptText } from './prompt-text.js'

export interface PinentryOptions {
  /** Absolute path: never looked up in PATH, where anybody could have put another one. */
  readonly path: string
  /** The terminal a text pinentry draws on, e.g. /dev/pts/3 and xterm-256color. */
  readonly terminal?: Terminal | undefined
  readonly timeoutMs?: number
}

export interface Terminal {
  readonly name: string
  readonly type: string
}

/** GPG_ERR_CANCELED, NOT_CONFIRMED, FULLY_CANCELED and TIMEOUT (libgpg-error): the user did not type a PIN. */
const DECLINED = new Set([99, 114, 198, 62])

export function pinentryWindow(options: PinentryOptions): PinWindow {
  return {
    kind: `pinentry:${options.path}`,
    async ask(question: PinQuestion, signal: AbortSignal) {
      const text = promptText(question)
      const timeoutMs = options.timeoutMs ?? PROMPT_TIMEOUT_MS
      const client = await startAssuan({ path: options.path, args: [], env: process.env, signal, timeoutMs })
      try {
        await setOptions(client, options.terminal)
        if (text.lastTry && !(await confirmLastTry(client, text.lastTry))) return null
        return await getPin(client, text)
      } finally {
        client.close()
      }
    },
  }
}

/** Options a flavour does not know are answered with ERR, which harms nothing. */
async function setOptions(client: AssuanClient, terminal: Terminal | undefined): Promise<void> {
  const locale = utf8Locale(process.env)
  await client.command(`OPTION lc-ctype=${locale}`)
  await client.command(`OPTION lc-messages=${locale}`)
  await client.command('OPTION no-grab')
  if (!terminal) return
  await client.command(`OPTION ttyname=${escapeArgument(terminal.name)}`)
  await client.command(`OPTION ttytype=${escapeArgument(terminal.type)}`)
}

/** The user's own UTF-8 locale, else the one every glibc of Debian, UOS and Kylin has; a missing one shows `?`. */
function utf8Locale(env: NodeJS.ProcessEnv): string {
  const wanted = env.LC_ALL || env.LC_CTYPE || env.LANG || ''
  return /^[\w@.-]*\.utf-?8$/i.test(wanted) ? wanted : 'C.UTF-8'
}

/** Security requirement 11: a question of its own, before any field is open. */
async function confirmLastTry(
  client: AssuanClient,
  lastTry: NonNullable<PromptText['lastTry']>,
): Promise<boolean> {
  await set(client, 'SETTITLE', lastTry.heading)
  await set(client, 'SETDESC', `${lastTry.heading}\n\n${lastTry.warning}`)
  await set(client, 'SETOK', lastTry.ok)
  await set(client, 'SETCANCEL', '取消')
  return confirmed(await client.command('CONFIRM'))
}

async function getPin(client: AssuanClient, text: PromptText): Promise<Buffer | null> {
  await set(client, 'SETTITLE', text.title)
  await set(client, 'SETDESC', [text.heading, ...text.lines].join('\n'))
  await set(client, 'SETPROMPT', `${text.field}：`)
  await set(client, 'SETOK', text.ok)
  await set(client, 'SETCANCEL', text.cancel)
  if (text.error) await set(client, 'SETERROR', text.error)
  const reply = await client.command('GETPIN')
  return confirmed(reply) && reply.ok ? reply.data : null
}

/** A window that cannot show the words must not ask: the user would not know what is signed. */
async function set(client: AssuanClient, command: string, text: string): Promise<void> {
  const reply = await client.command(`${command} ${escapeArgument(text)}`)
  if (!reply.ok) throw new SuoqiaoError('token.pin-prompt-unavailable', { command, code: reply.code })
}

function confirmed(reply: AssuanReply): boolean {
  if (reply.ok) return true
  if (DECLINED.has(reply.code)) return false
  throw new SuoqiaoError('token.pin-prompt-unavailable', { code: reply.code })
}
