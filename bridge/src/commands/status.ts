/** `suoqiao status`: is the daemon of this home running. */
import { parseArgs } from 'node:util'
import { findDaemon } from '../control/control-client.js'
import { locateHome } from '../state/home.js'
import { type Command, EXIT_FINDING, EXIT_OK, printJson, printLine } from './command.js'

export const status: Command = async (args) => {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } })
  const daemon = await findDaemon(locateHome())
  if (!daemon) {
    if (values.json) printJson({ running: false })
    else printLine('锁桥服务没有运行。运行 suoqiao run 启动。')
    return EXIT_FINDING
  }
  if (values.json) printJson(daemon)
  else {
    printLine(
      `锁桥服务正在运行：版本 ${daemon.version}，端口 ${daemon.port}，进程 ${daemon.pid}，已运行 ${daemon.uptimeS} 秒`,
    )
  }
  return EXIT_OK
}
