/** Reads argv and picks a command; each command loads only what it needs. */
import type { Command } from './commands/command.js'

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./commands/run.js')).run,
  status: async () => (await import('./commands/status.js')).status,
  call: async () => (await import('./commands/call.js')).call,
  tokens: async () => (await import('./commands/tokens.js')).tokens,
  pair: async () => (await import('./commands/pair.js')).pair,
  doctor: async () => (await import('./commands/doctor.js')).doctor,
  journal: async () => (await import('./commands/journal.js')).journal,
  quit: async () => (await import('./commands/quit.js')).quit,
  version: async () => (await import('./commands/version.js')).version,
  // Started by browsers, by the daemon and by `npm start`; not for people.
  'native-host': async () => (await import('./commands/native-host.js')).nativeHost,
  'provider-process': async () => (await import('./commands/provider-process.js')).providerProcess,
  practice: async () => (await import('./practice/run-practice-portal.js')).runPracticePortal,
}

const USAGE = `用法：suoqiao <命令> [--json]

  run       启动锁桥服务
  status    看锁桥服务是否在运行
  tokens    列出 UKey 和证书
  call      发一个请求：suoqiao call <方法> '<JSON 参数>'
  pair      配对浏览器；--list 列出，--rename 改名，--revoke 取消
  doctor    检查这台电脑哪里不对
  journal   看签章记录
  quit      停止锁桥服务
  version   看版本
`

async function main(argv: readonly string[]): Promise<number> {
  const [name = '', ...args] = argv
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!load) {
    const isHelp = name === 'help' || name === '--help'
    ;(isHelp ? process.stdout : process.stderr).write(USAGE)
    return isHelp ? 0 : 2
  }
  const { runCommand } = await import('./commands/command.js')
  return await runCommand(await load(), args)
}

process.exitCode = await main(process.argv.slice(2))
