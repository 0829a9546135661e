/** The rule that decides whether a vendor library may be loaded (security requirement 13). Runs in the daemon. */
import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, sep } from 'node:path'
import { SuoqiaoError } from '@suoqiao/protocol'
import { libraryFault } from './library-file.js'

export interface LibraryRequest {
  /** From the driver table or from settings.json; no other source exists. */
  readonly path: string
  /** Lower-case hex; only settings.json can give one. */
  readonly sha256?: string | undefined
}

/** Directories only an administrator can write to. Elsewhere the file must be pinned by its hash. */
const SYSTEM_DIRECTORIES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['/usr/', '/lib/', '/lib64/', '/opt/'],
  darwin: ['/usr/', '/Library/', '/System/', '/opt/homebrew/'],
  win32: [
    'C:\\Windows\\System32\\',
    'C:\\Windows\\SysWOW64\\',
    'C:\\Program Files\\',
    'C:\\Program Files (x86)\\',
  ],
}
const OTHERS_MAY_WRITE = 0o022
/** In a sticky directory of root (like /tmp) nobody can replace another user's entry. */
const STICKY = 0o1000
/** A vendor library is a few MB; a file beyond this is none. */
const MAX_LIBRARY_BYTES = 134_217_728

/**
 * Gives the real path to load. Throws provider.not-found, provider.not-allowed with `reason` relative-path,
 * writable-by-others, foreign-owner, not-pinned or hash-differs, or provider.load-failed with `reason` not-a-library,
 * other-architecture or truncated.
 */
export async function checkLibrary(request: LibraryRequest): Promise<string> {
  if (!isAbsolute(request.path) || request.path.includes('\0')) throw refused('relative-path', request.path)
  const path = await realpath(request.path).catch(() => {
    throw new SuoqiaoError('provider.not-found', { file: basename(request.path) })
  })
  const chain = await statChain(path)
  const file = chain[0]
  if (file === undefined || !file.isFile()) throw loadFailed('not-a-library', path)
  if (file.size > MAX_LIBRARY_BYTES) throw loadFailed('not-a-library', path)
  if (process.platform !== 'win32') refuseUnsafeOwners(chain, path)
  const content = await readFile(path)
  checkPin(request, path, chain, content)
  const fault = libraryFault(content)
  if (fault !== null) throw loadFailed(fault, path)
  return path
}

/** The file first, then each directory above it up to the root. */
async function statChain(path: string): Promise<Stats[]> {
  const stats = [await stat(path)]
  for (let at = dirname(path); ; at = dirname(at)) {
    stats.push(await stat(at))
    if (at === dirname(at)) return stats
  }
}

function refuseUnsafeOwners(chain: readonly Stats[], path: string): void {
  const self = process.getuid?.() ?? 0
  for (const entry of chain) {
    if (entry.uid !== 0 && entry.uid !== self) throw refused('foreign-owner', path)
    const isStickyOfRoot = entry.isDirectory() && entry.uid === 0 && (entry.mode & STICKY) !== 0
    if ((entry.mode & OTHERS_MAY_WRITE) !== 0 && !isStickyOfRoot) throw refused('writable-by-others', path)
  }
}

function checkPin(request: LibraryRequest, path: string, chain: readonly Stats[], content: Buffer): void {
  if (request.sha256 !== undefined) {
    const actual = createHash('sha256').update(content).digest('hex')
    if (actual !== request.sha256.toLowerCase()) throw refused('hash-differs', path)
  } else if (needsPin(path, chain)) throw refused('not-pinned', path)
}

/** What the user can write, any program of the user can replace. */
function needsPin(path: string, chain: readonly Stats[]): boolean {
  const directories = SYSTEM_DIRECTORIES[process.platform] ?? []
  const isSystem = directories.some((directory) => path.startsWith(directory.replaceAll('/', sep)))
  const self = process.getuid?.() ?? 0
  const isOwn = self !== 0 && chain.some((entry) => entry.uid === self)
  return !isSystem || isOwn
}

/** The file's name only: the path of a home directory holds the user's name. */
const refused = (reason: string, path: string) =>
  new SuoqiaoError('provider.not-allowed', { reason, file: basename(path) })
const loadFailed = (reason: string, path: string) =>
  new SuoqiaoError('provider.load-failed', { reason, file: basename(path) })
