/** The Debian packages a checkout needs, what each is for, and which tests cannot run without it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/**
 * @typedef {'install' | 'start' | 'firefox' | 'test'} Purpose
 * @typedef {{ name: string, purposes: Purpose[], skips?: string[], excludes?: string[], browser?: string }} Package
 * `skips`: words for the user; `excludes`: test files that cannot run without it; `browser`: journeys in this browser.
 */

const TOKEN_TESTS = [
  'test/bridge/{devices,drivers,providers,provider-process,certificates,signing,handlers,server,native-host,commands,cms}/**',
  'test/journeys/**',
]
const PDF_TESTS = ['test/extension/pdf/**', 'test/journeys/**']

/** @type {readonly Package[]} */
export const PACKAGES = [
  { name: 'python3', purposes: ['install'] },
  { name: 'make', purposes: ['install'] },
  { name: 'g++', purposes: ['install'] },
  { name: 'chromium', purposes: ['start', 'test'], skips: ['journeys in Chromium'], browser: 'chromium' },
  { name: 'firefox-esr', purposes: ['firefox', 'test'], skips: ['journeys in Firefox'], browser: 'firefox' },
  { name: 'fonts-noto-cjk', purposes: ['start', 'firefox', 'test'], skips: [] },
  { name: 'softhsm2', purposes: ['test'], skips: ['tests with a token'], excludes: TOKEN_TESTS },
  { name: 'opensc', purposes: ['test'], skips: ['tests with a token'], excludes: TOKEN_TESTS },
  {
    name: 'openssl',
    purposes: ['test'],
    skips: ['tests against openssl'],
    excludes: [...TOKEN_TESTS, ...PDF_TESTS],
  },
  { name: 'poppler-utils', purposes: ['test'], skips: ['tests against pdfsig'], excludes: PDF_TESTS },
  { name: 'libnss3-tools', purposes: ['test'], skips: ['tests against pdfsig'], excludes: PDF_TESTS },
  { name: 'qpdf', purposes: ['test'], skips: ['tests against qpdf'], excludes: PDF_TESTS },
  {
    name: 'pinentry-tty',
    purposes: ['test'],
    skips: ['tests with a real pinentry'],
    excludes: ['test/bridge/pin-prompt/**'],
  },
  {
    name: 'gcc',
    purposes: ['test'],
    skips: ['tests with a faulty library'],
    excludes: ['test/bridge/provider-process/**'],
  },
  {
    name: 'libc6-dev',
    purposes: ['test'],
    skips: ['tests with a faulty library'],
    excludes: ['test/bridge/provider-process/**'],
  },
  {
    name: 'libp11-kit-dev',
    purposes: ['test'],
    skips: ['tests with a faulty library'],
    excludes: ['test/bridge/provider-process/**'],
  },
]

/** Commands that stand for a package on systems that are not Debian; packages without one are not looked for there. */
const COMMANDS = {
  chromium: ['chromium', 'chromium-browser', 'microsoft-edge'],
  'firefox-esr': ['firefox-esr', 'firefox'],
  softhsm2: ['softhsm2-util'],
  opensc: ['pkcs11-tool'],
  openssl: ['openssl'],
  'poppler-utils': ['pdfsig'],
  'libnss3-tools': ['certutil'],
  qpdf: ['qpdf'],
  'pinentry-tty': ['pinentry-tty'],
  gcc: ['gcc', 'cc'],
}

export function isDebian() {
  return existsSync('/etc/debian_version') && existsSync('/usr/bin/dpkg-query')
}

/** @param {string} command */
function isOnPath(command) {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${command}`))
}

/** For `npm start` any browser that loads extensions from a folder will do. @param {Package} entry @param {readonly Purpose[]} purposes */
function isWanted(entry, purposes) {
  if (!entry.purposes.some((purpose) => purposes.includes(purpose))) return false
  const takesAny = purposes.includes('start') && entry.name === 'chromium'
  return !(takesAny && [...COMMANDS.chromium, ...COMMANDS['firefox-esr']].some(isOnPath))
}

/** The needed packages that are not there. @param {readonly Purpose[]} purposes @returns {readonly Package[]} */
export function missingPackages(purposes) {
  const wanted = PACKAGES.filter((entry) => isWanted(entry, purposes))
  if (!isDebian()) {
    const commands = (/** @type {Package} */ entry) => COMMANDS[/** @type {keyof COMMANDS} */ (entry.name)]
    return wanted.filter((entry) => commands(entry) !== undefined && !commands(entry).some(isOnPath))
  }
  const names = wanted.map(({ name }) => name)
  const format = '$' + '{Package} $' + '{db:Status-Abbrev}\n'
  const told = spawnSync('dpkg-query', ['-W', '-f', format, ...names], { encoding: 'utf8' }).stdout
  const installed = new Set(
    told.split('\n').flatMap((line) => (line.includes(' ii') ? [line.split(' ')[0]] : [])),
  )
  return wanted.filter(({ name }) => !installed.has(name))
}

/** Installs what is missing; needs root on Debian. @param {readonly Package[]} packages */
export function installPackages(packages) {
  const names = packages.map(({ name }) => name)
  console.log(`Installing Debian packages: ${names.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (/** @type {string[]} */ ...args) => {
    execFileSync('apt-get', ['-q', '-y', '-o', 'Dpkg::Use-Pty=0', ...args], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  apt('update')
  apt('install', '--no-install-recommends', ...names)
}

/** One line for a machine where we may not install. @param {readonly Package[]} packages */
export function describeMissing(packages) {
  const skips = [...new Set(packages.flatMap(({ skips = [] }) => skips))]
  const names = packages.map(({ name }) => name).join(' ')
  const how = isDebian() ? 'not root' : `not Debian (${osName()})`
  return `Missing here (${how}, so not installed): ${names}.${skips.length > 0 ? ` Skipped: ${skips.join(', ')}.` : ''}`
}

function osName() {
  if (process.platform !== 'linux') return process.platform
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux'
  } catch {
    return 'Linux'
  }
}
