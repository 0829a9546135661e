/** Starts the daemon when the browser comes first; "the program must be started before the browser" is no answer. */
import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import type { Socket } from 'node:net'
import { SuoqiaoError } from '@suoqiao/protocol'
import { connectControl } from '../control/control-client.js'
import type { Home } from '../state/home.js'

/** A cold start on an old disk; measured 0.2 s here. */
const START_TIMEOUT_MS = 8000
const RETRY_MS = 50

/** The script this process runs, with links resolved: what a wrapper must bake in. */
export function bundlePath(): string {
  return realpathSync(process.argv[1] ?? '')
}

/** A connection to the daemon of this home, which is started first when it is down. Throws bridge.not-running. */
export async function reachDaemon(home: Home): Promise<Socket> {
  try {
    return await connectControl(home)
  } catch {
    launch(home)
  }
  const giveUpAt = Date.now() + START_TIMEOUT_MS
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    try {
      return await connectControl(home)
    } catch (thrown) {
      if (Date.now() > giveUpAt) throw new SuoqiaoError('bridge.not-running', undefined, { cause: thrown })
    }
  }
}

/** Detached and without our pipes: the browser waits for them to close, and the daemon outlives the host. */
function launch(home: Home): void {
  const child = spawn(process.execPath, [bundlePath(), 'run'], {
    cwd: home.directory,
    detached: true,
    env: { ...process.env, SUOQIAO_HOME: home.directory },
    stdio: 'ignore',
    windowsHide: true,
  })
  child.on('error', () => {})
  child.unref()
}
