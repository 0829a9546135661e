/** Windows: %LOCALAPPDATA%, named pipes and HKCU keys written by reg.exe. Not run on a real Windows yet. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { NATIVE_HOST_NAME } from '@suoqiao/protocol'
import type { BrowserFamily, BrowserName, ManifestPlace, Platform } from './platform.js'

/** Per-user keys as Google, Microsoft and Mozilla document them; `/ve` below sets their default value. */
const KEYS: Readonly<Record<BrowserName, string>> = {
  chromium: String.raw`HKCU\Software\Chromium\NativeMessagingHosts`,
  chrome: String.raw`HKCU\Software\Google\Chrome\NativeMessagingHosts`,
  edge: String.raw`HKCU\Software\Microsoft\Edge\NativeMessagingHosts`,
  firefox: String.raw`HKCU\Software\Mozilla\NativeMessagingHosts`,
}

/** reg.exe by its absolute path: a planted reg.exe beside us or on PATH is not started. */
function reg(...args: string[]): void {
  const program = join(process.env.SystemRoot ?? String.raw`C:\Windows`, 'System32', 'reg.exe')
  execFileSync(program, args, { stdio: 'ignore', windowsHide: true })
}

function place(browser: BrowserName, homeDirectory: string): ManifestPlace {
  const family: BrowserFamily = browser === 'firefox' ? 'gecko' : 'chromium'
  return {
    browser,
    family,
    file: join(homeDirectory, 'native-host', `${NATIVE_HOST_NAME}.${family}.json`),
    registryKey: `${KEYS[browser]}\\${NATIVE_HOST_NAME}`,
  }
}

export const windows: Platform = {
  stateDirectory: (env) => join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Suoqiao'),
  controlPath: (homeDirectory) => {
    const owner = `${userInfo().username}\n${homeDirectory}`
    return String.raw`\\.\pipe\suoqiao-${createHash('sha256').update(owner).digest('hex').slice(0, 32)}`
  },
  manifestPlaces: (_env, homeDirectory) =>
    (['chromium', 'chrome', 'edge', 'firefox'] as const).map((browser) => place(browser, homeDirectory)),
  wrapper: ({ node, bundle, home }) => ({
    fileName: 'suoqiao-native-host.cmd',
    text: ['@echo off', `set "SUOQIAO_HOME=${home}"`, `"${node}" "${bundle}" native-host %*`, ''].join(
      '\r\n',
    ),
  }),
  registerKey: (key, file) => reg('add', key, '/ve', '/t', 'REG_SZ', '/d', file, '/f'),
  unregisterKey: (key) => {
    try {
      reg('delete', key, '/f')
    } catch {
      // The key was not there: nothing to undo.
    }
  },
}
