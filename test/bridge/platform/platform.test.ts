/** Where things live on each system, and what registering writes for each browser. */
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { platform } from '../../../bridge/src/platform/platform.js'
import manifestKey from '../../../extension/manifest-key.json' with { type: 'json' }
import { bundle, runBundle, startBridge, temporaryHome } from '../../stands/built-bridge.js'
import { CHROME_ARGS, openNativePeer, welcomeFrom } from '../../stands/native-peer.js'

describe('the state directory', () => {
  it.each([
    ['linux', { XDG_STATE_HOME: '/x/state' }, '/x/state/suoqiao'],
    ['linux', { XDG_STATE_HOME: 'relative' }, join(homedir(), '.local/state/suoqiao')],
    ['linux', {}, join(homedir(), '.local/state/suoqiao')],
    ['darwin', {}, join(homedir(), 'Library/Application Support/Suoqiao')],
    ['win32', { LOCALAPPDATA: '/c/Local' }, join('/c/Local', 'Suoqiao')],
  ] as const)('on %s with %o is %s', (name, env, expected) => {
    expect(platform(name).stateDirectory(env)).toBe(expected)
  })
})

describe('the control channel', () => {
  it('is a socket in the home, a short path when the home is deep, and a pipe on Windows', () => {
    expect(platform('linux').controlPath('/home/a')).toBe('/home/a/control/daemon.sock')
    const deep = `/home/${'a'.repeat(120)}`
    expect(platform('linux').controlPath(deep).length).toBeLessThanOrEqual(100)
    expect(platform('linux').controlPath(deep)).not.toBe(platform('linux').controlPath(`${deep}b`))
    expect(platform('win32').controlPath('C:\\a')).toMatch(/^\\\\\.\\pipe\\suoqiao-[0-9a-f]{32}$/)
    expect(platform('win32').controlPath('C:\\a')).not.toBe(platform('win32').controlPath('C:\\b'))
  })
})

describe('registering the native host', () => {
  it('writes a manifest for each browser of the user, and takes all of it back', async () => {
    const home = temporaryHome()
    const profile = join(home, 'profile')
    const ran = await runBundle(home, ['native-host', '--register', '--chromium-profile', profile, '--json'])
    expect(ran.code).toBe(0)
    const { manifests } = JSON.parse(ran.stdout) as { manifests: { browser: string; file: string }[] }
    expect(manifests.map(({ browser }) => browser)).toEqual([
      'chromium',
      'chrome',
      'edge',
      'firefox',
      'chromium-profile',
    ])
    for (const { browser, file } of manifests) {
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as { path: string }
      expect(manifest).toMatchObject({ name: 'cn.suoqiao.bridge', type: 'stdio' })
      expect(statSync(manifest.path).mode & 0o777).toBe(0o700)
      if (browser === 'firefox') expect(manifest).toMatchObject({ allowed_extensions: [manifestKey.geckoId] })
      else
        expect(manifest).toMatchObject({ allowed_origins: [`chrome-extension://${manifestKey.chromeId}/`] })
    }
    const undone = await runBundle(home, ['native-host', '--unregister', '--chromium-profile', profile])
    expect(undone.code).toBe(0)
    for (const { file } of manifests) expect(() => statSync(file)).toThrow('ENOENT')
  })

  it('writes a program that a browser can start with nothing in its environment', async () => {
    const bridge = await startBridge({ home: join(temporaryHome(), "它's 家") })
    const ran = await bridge.cli('native-host', '--register', '--json')
    const { manifests } = JSON.parse(ran.stdout) as { manifests: { file: string }[] }
    const { path } = JSON.parse(readFileSync(manifests[0]?.file ?? '', 'utf8')) as { path: string }
    const text = readFileSync(path, 'utf8')
    expect(text).toContain(process.execPath)
    expect(text).toContain(bundle)
    const stranger = spawnSync(path, ['chrome-extension://stranger/'], {
      env: {},
      cwd: '/',
      encoding: 'utf8',
    })
    expect(stranger).toMatchObject({ status: 1, stdout: '' })
    const peer = openNativePeer(bridge.home, CHROME_ARGS, { program: path })
    expect(await welcomeFrom(peer)).toMatchObject({ port: bridge.port })
  })

  it('quotes the Windows paths and passes what the browser says', () => {
    const { fileName, text } = platform('win32').wrapper({
      node: 'C:\\Node\\node.exe',
      bundle: 'C:\\S q\\s.mjs',
      home: 'C:\\H',
    })
    expect(fileName).toMatch(/\.cmd$/)
    expect(text).toContain('"C:\\Node\\node.exe" "C:\\S q\\s.mjs" native-host %*')
  })
})
