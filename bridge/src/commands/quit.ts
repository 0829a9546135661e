/** `suoqiao quit`: ends the daemon of this home and waits until it is gone. */
import { parseArgs } from 'node:util'
import { askDaemon, findDaemon } from '../control/control-client.js'
import { locateHome } from '../state/home.js'
import { type Command, EXIT_FINDING, EXIT_OK, printJson, printLine } from './command.js'

/** Longer than the daemon itself gives to a vendor library that hangs. */
const QUIT_TIMEOUT_MS = 6000
const POLL_MS = 50

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export const quit: Command = async (args) => {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } })
  const home = locateHome()
  const daemon = await findDaemon(home)
  if (!daemon) {
    if (values.json) printJson({ quit: false, running: false })
    else printLine('锁桥服务没有运行。')
    return EXIT_FINDING
  }
  await askDaemon(home, { op: 'quit' })
  const giveUpAt = Date.now() + QUIT_TIMEOUT_MS
  while (isAlive(daemon.pid) && Date.now() < giveUpAt)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  const isGone = !isAlive(daemon.pid)
  if (values.json) printJson({ quit: isGone, running: !isGone })
  else printLine(isGone ? '锁桥服务已停止。' : '锁桥服务还没有停下，请过几秒再看。')
  return isGone ? EXIT_OK : EXIT_FINDING
}
