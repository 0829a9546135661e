/** Writes and removes the files by which browsers find the native host. */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { NATIVE_HOST_NAME } from '@suoqiao/protocol'
import { type BrowserFamily, type BrowserName, type ManifestPlace, platform } from '../platform/platform.js'
import { type Home, makePrivateDirectory } from '../state/home.js'
import { CHROME_EXTENSION_ID, GECKO_EXTENSION_ID } from './identity.js'
import { bundlePath } from './start-daemon.js'

export interface Registration {
  readonly browser: BrowserName | 'chromium-profile'
  readonly file: string
}

function manifest(family: BrowserFamily, program: string): string {
  const callers =
    family === 'chromium'
      ? { allowed_origins: [`chrome-extension://${CHROME_EXTENSION_ID}/`] }
      : { allowed_extensions: [GECKO_EXTENSION_ID] }
  const body = {
    name: NATIVE_HOST_NAME,
    description: 'Suoqiao 锁桥',
    path: program,
    type: 'stdio',
    ...callers,
  }
  return `${JSON.stringify(body, null, 2)}\n`
}

/** The program browsers start, written into the home: it holds the absolute paths of Node, bundle and home. */
function writeWrapper(home: Home): string {
  const directory = join(home.directory, 'native-host')
  makePrivateDirectory(directory)
  const wrapper = platform().wrapper({ node: process.execPath, bundle: bundlePath(), home: home.directory })
  const file = join(directory, wrapper.fileName)
  writeFileSync(file, wrapper.text, { mode: 0o700 })
  chmodSync(file, 0o700)
  return file
}

function places(home: Home, chromiumProfile: string | undefined): (ManifestPlace | ProfilePlace)[] {
  const all: (ManifestPlace | ProfilePlace)[] = [...platform().manifestPlaces(process.env, home.directory)]
  if (chromiumProfile !== undefined) {
    const file = join(chromiumProfile, 'NativeMessagingHosts', `${NATIVE_HOST_NAME}.json`)
    all.push({ browser: 'chromium-profile', family: 'chromium', file })
  }
  return all
}

/** Chromium reads this folder only below the user-data directory it was started with. */
interface ProfilePlace {
  readonly browser: 'chromium-profile'
  readonly family: 'chromium'
  readonly file: string
  readonly registryKey?: undefined
}

/** Registers with every browser of this user, installed or not: a browser installed later finds it, too. */
export function registerNativeHost(home: Home, chromiumProfile?: string): Registration[] {
  const program = writeWrapper(home)
  return places(home, chromiumProfile).map(({ browser, family, file, registryKey }) => {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, manifest(family, program))
    if (registryKey) platform().registerKey(registryKey, file)
    return { browser, file }
  })
}

/** Takes back what registerNativeHost wrote; says what was there. */
export function unregisterNativeHost(home: Home, chromiumProfile?: string): Registration[] {
  const found = places(home, chromiumProfile).filter(({ file }) => existsSync(file))
  for (const { file, registryKey } of places(home, chromiumProfile)) {
    rmSync(file, { force: true })
    if (registryKey) platform().unregisterKey(registryKey)
  }
  rmSync(join(home.directory, 'native-host'), { recursive: true, force: true })
  return found.map(({ browser, file }) => ({ browser, file }))
}
