/** Sets up a checkout: system packages and npm packages that are missing. Fast when nothing is. Node built-ins only. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeMissing, installPackages, isDebian, missingPackages } from './debian-packages.mjs'

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/**
 * Makes the checkout ready; returns the Debian packages that are still missing because we may not install them.
 * Exits the process when npm fails. @param {import('./debian-packages.mjs').Purpose} purpose
 */
export function setup(purpose) {
  const needsNpm = !hasNpmPackages()
  const missing = missingPackages(needsNpm ? ['install', purpose] : [purpose])
  const left = missing.length > 0 ? installOrSay(missing) : []
  if (needsNpm) installNpmPackages()
  return left
}

/** @param {import('./debian-packages.mjs').Package[] | readonly import('./debian-packages.mjs').Package[]} missing */
function installOrSay(missing) {
  if (isDebian() && process.getuid?.() === 0) {
    installPackages(missing)
    return []
  }
  console.log(describeMissing(missing))
  return missing
}

/** Whether node_modules holds what the lockfile asks for; optional packages of other systems do not count. */
function hasNpmPackages() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json')
  if (!existsSync(installed)) return false
  const have = JSON.parse(readFileSync(installed, 'utf8')).packages
  const want = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages
  return Object.entries(want).every(
    ([place, entry]) =>
      !place.startsWith('node_modules/') ||
      entry.link === true ||
      entry.optional === true ||
      have[place]?.version === entry.version,
  )
}

function installNpmPackages() {
  console.log('Installing npm packages (npm ci)')
  const env = { ...process.env }
  // pkcs11js is compiled here; with Node's own headers beside it nothing has to be downloaded for that.
  const prefix = join(dirname(process.execPath), '..')
  if (existsSync(join(prefix, 'include', 'node', 'node.h'))) env.npm_config_nodedir ??= prefix
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], env)
}

/** Builds bridge and extension when they are missing or older than their sources. */
export function buildIfNeeded() {
  const built = [
    join(ROOT, 'bridge', 'dist', 'suoqiao.mjs'),
    join(ROOT, 'extension', 'dist', 'practice-firefox', 'manifest.json'),
  ]
  const sources = [
    ...['protocol/src', 'bridge/src', 'extension/src', 'extension/public', 'package-lock.json'],
    ...['bridge/vite.config.ts', 'extension/wxt.config.ts', 'extension/manifest-key.json'],
  ]
  const newest = Math.max(...sources.map((place) => newestChange(join(ROOT, place))))
  if (built.every((file) => existsSync(file) && statSync(file).mtimeMs >= newest)) return
  console.log('Building (npm run build)')
  run('npm', ['run', '--silent', 'build'], process.env)
}

/** @param {string} path @returns {number} */
function newestChange(path) {
  if (!existsSync(path)) return 0
  const facts = statSync(path)
  if (!facts.isDirectory()) return facts.mtimeMs
  return Math.max(facts.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))))
}

/** @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} env */
function run(command, args, env) {
  const ended = spawnSync(command, args, {
    cwd: ROOT,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (ended.status !== 0) process.exit(ended.status ?? 1)
}
