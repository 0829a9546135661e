/** Decides which libraries this run may use: settings first, then the installed drivers that are of use here. */
import { existsSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Driver, Sign } from './driver.js'

export interface ProviderSetting {
  readonly id: string
  readonly library: string
  readonly sha256?: string | undefined
}

export interface Candidate {
  readonly id: string
  readonly vendor: string
  readonly kind: string
  readonly library: string
  readonly sha256: string | undefined
  readonly listMs: number | undefined
}

/** A library named in the settings replaces the driver of the same id and of the same file. */
export function findLibraries(drivers: readonly Driver[], settings: readonly ProviderSetting[]): Candidate[] {
  const chosen = settings.map((setting) => fromSetting(setting, drivers))
  const ids = new Set(chosen.map(({ id }) => id))
  const files = new Set(chosen.map(({ library }) => realPathOf(library)))
  for (const driver of drivers) {
    const library = installedLibrary(driver)
    if (library === undefined || ids.has(driver.id) || files.has(realPathOf(library))) continue
    if (driver.usefulWhen !== undefined && !driver.usefulWhen.some(isSignThere)) continue
    chosen.push(candidate(driver.id, driver, library, undefined))
  }
  return chosen
}

/** A file of a known driver keeps that driver's vendor and quirks. */
function fromSetting({ id, library, sha256 }: ProviderSetting, drivers: readonly Driver[]): Candidate {
  const known = drivers.find((driver) =>
    pathsOf(driver).some((path) => realPathOf(path) === realPathOf(library)),
  )
  return candidate(id, known, library, sha256)
}

function candidate(
  id: string,
  driver: Driver | undefined,
  library: string,
  sha256: string | undefined,
): Candidate {
  return {
    id,
    vendor: driver?.vendor ?? '',
    kind: driver?.provider ?? 'pkcs11',
    library,
    sha256,
    listMs: driver?.quirks?.listMs,
  }
}

function pathsOf(driver: Driver): readonly string[] {
  const platform = process.platform
  return platform === 'linux' || platform === 'win32' || platform === 'darwin'
    ? (driver.libraries[platform] ?? [])
    : []
}

const installedLibrary = (driver: Driver) => pathsOf(driver).find((path) => existsSync(path))

function isSignThere(sign: Sign): boolean {
  if ('env' in sign) return Boolean(process.env[sign.env])
  return existsSync(sign.file.startsWith('~/') ? join(homedir(), sign.file.slice(2)) : sign.file)
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
