/** Linux: XDG directories and the manifest folders of the packaged browsers. */
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { NATIVE_HOST_NAME } from '@suoqiao/protocol'
import type { BrowserName, ManifestPlace, Platform } from './platform.js'
import { noRegistry, posixControlPath, posixWrapper } from './posix.js'

/** XDG Base Directory Specification 0.8: relative values are to be ignored. */
function xdg(value: string | undefined, fallback: string): string {
  return value && isAbsolute(value) ? value : fallback
}

export const linux: Platform = {
  stateDirectory: (env) => join(xdg(env.XDG_STATE_HOME, join(homedir(), '.local', 'state')), 'suoqiao'),
  controlPath: posixControlPath,
  manifestPlaces: (env) => {
    const config = xdg(env.XDG_CONFIG_HOME, join(homedir(), '.config'))
    const file = `${NATIVE_HOST_NAME}.json`
    const chromium = (browser: BrowserName, folder: string): ManifestPlace => ({
      browser,
      family: 'chromium',
      file: join(config, folder, 'NativeMessagingHosts', file),
    })
    return [
      chromium('chromium', 'chromium'),
      chromium('chrome', 'google-chrome'),
      chromium('edge', 'microsoft-edge'),
      {
        browser: 'firefox',
        family: 'gecko',
        file: join(homedir(), '.mozilla', 'native-messaging-hosts', file),
      },
    ]
  },
  wrapper: posixWrapper,
  registerKey: noRegistry,
  unregisterKey: noRegistry,
}
