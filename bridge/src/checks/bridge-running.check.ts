/** Does the daemon of this home run and answer. */
import { findDaemon } from '../control/control-client.js'
import type { Check } from './check.js'

export default {
  id: 'bridge-running',
  title: '锁桥服务',
  severity: 'high',
  dependsOn: [],
  run: async ({ home }) => {
    const daemon = await findDaemon(home)
    if (daemon) return { status: 'ok', evidence: `version ${daemon.version}, up ${daemon.uptimeS} s` }
    return {
      status: 'fail',
      evidence: 'nobody answers on the control socket',
      cause: '锁桥服务没有运行。请运行 suoqiao run，或重新打开浏览器。',
    }
  },
} satisfies Check
