/** `suoqiao pair`: the pairing window on the terminal, and the list of paired browsers. */
import { parseArgs } from 'node:util'
import { errors, fromWireError, SuoqiaoError } from '@suoqiao/protocol'
import * as v from 'valibot'
import { askDaemon, connectControl } from '../control/control-client.js'
import { controlAnswer, type PairingNews, pairingNews } from '../control/control-message.js'
import { readJsonLines, writeJsonLine } from '../control/json-lines.js'
import { type Home, locateHome } from '../state/home.js'
import { askTwoWords } from './ask.js'
import { type Command, EXIT_FINDING, EXIT_OK, printJson, printLine, UsageError } from './command.js'

const pairingList = v.object({
  pairings: v.array(
    v.object({
      id: v.string(),
      origin: v.string(),
      name: v.string(),
      created: v.string(),
      lastUsed: v.nullable(v.string()),
    }),
  ),
})

async function list(home: Home, isJson: boolean): Promise<number> {
  const found = v.parse(pairingList, await askDaemon(home, { op: 'pairings' }))
  if (isJson) printJson(found)
  else {
    for (const { id, name, created, lastUsed } of found.pairings) {
      printLine(`${id}  ${name}  配对于 ${created}  ${lastUsed ? `最近使用 ${lastUsed}` : '还没有使用'}`)
    }
    if (found.pairings.length === 0) printLine('还没有配对的浏览器。')
  }
  return EXIT_OK
}

async function rename(home: Home, [id, name, ...rest]: string[]): Promise<number> {
  if (!id || !name || rest.length > 0) throw new UsageError('用法：suoqiao pair --rename <编号> <名称>')
  await askDaemon(home, { op: 'rename', id, name })
  return EXIT_OK
}

async function revoke(home: Home, [id, ...rest]: string[]): Promise<number> {
  if (!id || rest.length > 0) throw new UsageError('用法：suoqiao pair --revoke <编号>')
  await askDaemon(home, { op: 'revoke', id })
  return EXIT_OK
}

function sayNews(news: PairingNews): string {
  switch (news.pair) {
    case 'open':
      return `配对已打开，${news.seconds} 秒内有效。请在浏览器的锁桥扩展里点“配对”。`
    case 'code':
      return `${news.browser} 请求配对：\n\n    ${news.digits.slice(0, 3)} ${news.digits.slice(3)}\n`
    case 'failed':
      return errors['pairing.refused'].say
    case 'paired':
      return `已和 ${news.name} 配对。`
    case 'closed':
      return news.code === 'pairing.backoff' ? errors['pairing.backoff'].say : '配对已关闭。'
  }
}

/** The daemon's line, or the error by which it refused to open the window. */
function newsIn(line: unknown): PairingNews | SuoqiaoError {
  const refusal = v.safeParse(controlAnswer, line)
  if (refusal.success && 'error' in refusal.output) return fromWireError(refusal.output.error)
  return v.parse(pairingNews, line)
}

/** Shows the news; on a terminal it also asks whether the digits are the same. */
function show(news: PairingNews, isJson: boolean, answer: (same: boolean) => void): void {
  if (isJson) printJson(news)
  else printLine(sayNews(news))
  if (news.pair === 'code' && !isJson) void askTwoWords('浏览器里显示的数字', '一样', '不一样').then(answer)
}

/** Holds the window open until it closes by itself; with --json the answer to a code is a line `{"same":true}` on stdin. */
async function openWindow(home: Home, isJson: boolean): Promise<number> {
  const socket = await connectControl(home)
  const answer = (same: boolean): void => writeJsonLine(socket, { same })
  let isPaired = false
  const closed = new Promise<void>((resolve, reject) => {
    readJsonLines(socket, (line) => {
      const news = newsIn(line)
      if (news instanceof SuoqiaoError) return reject(news)
      show(news, isJson, answer)
      isPaired ||= news.pair === 'paired'
      if (news.pair === 'closed') resolve()
    })
    socket.once('close', () => reject(new SuoqiaoError('bridge.disconnected')))
  })
  if (isJson) readJsonLines(process.stdin, (line) => writeJsonLine(socket, line))
  writeJsonLine(socket, { op: 'pair' })
  try {
    await closed
  } finally {
    socket.destroy()
    process.stdin.destroy()
  }
  return isPaired ? EXIT_OK : EXIT_FINDING
}

export const pair: Command = async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      list: { type: 'boolean' },
      rename: { type: 'boolean' },
      revoke: { type: 'boolean' },
    },
  })
  const home = locateHome()
  const isJson = values.json ?? false
  if (values.list) return await list(home, isJson)
  if (values.rename) return await rename(home, positionals)
  if (values.revoke) return await revoke(home, positionals)
  if (positionals.length > 0)
    throw new UsageError('用法：suoqiao pair [--list | --rename 编号 名称 | --revoke 编号]')
  return await openWindow(home, isJson)
}
