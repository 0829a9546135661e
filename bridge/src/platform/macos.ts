/** macOS: Application Support and the manifest folders documented by Chrome, Edge and Mozilla. Not run on a Mac yet. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { NATIVE_HOST_NAME } from '@suoqiao/protocol'
import type { BrowserName, ManifestPlace, Platform } from './platform.js'
import { noRegistry, posixControlPath, posixWrapper } from './posix.js'

const applicationSupport = (): string => join(homedir(), 'Library', 'Application Support')

export const macos: Platform = {
  stateDirectory: () => join(applicationSupport(), 'Suoqiao'),
  controlPath: posixControlPath,
  manifestPlaces: () => {
    const file = `${NATIVE_HOST_NAME}.json`
    const chromium = (browser: BrowserName, ...folder: string[]): ManifestPlace => ({
      browser,
      family: 'chromium',
      file: join(applicationSupport(), ...folder, 'NativeMessagingHosts', file),
    })
    return [
      chromium('chromium', 'Chromium'),
      chromium('chrome', 'Google', 'Chrome'),
      chromium('edge', 'Microsoft Edge'),
      {
        browser: 'firefox',
        family: 'gecko',
        file: join(applicationSupport(), 'Mozilla', 'NativeMessagingHosts', file),
      },
    ]
  },
  wrapper: posixWrapper,
  registerKey: noRegistry,
  unregisterKey: noRegistry,
}
