/** The one directory that holds everything the bridge remembers; two homes never meet. */
import { chmodSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { platform } from '../platform/platform.js'

export interface Home {
  readonly directory: string
  readonly logs: string
  readonly journal: string
  readonly settings: string
  readonly pairings: string
  readonly daemonState: string
}

/** Only the user may look inside: the pairings hold keys. */
const PRIVATE_DIRECTORY = 0o700

/** Makes a directory that only the user can enter, also when it was there with looser rights. */
export function makePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: PRIVATE_DIRECTORY })
  if (process.platform !== 'win32') chmodSync(path, PRIVATE_DIRECTORY)
}

/** Where this run keeps its state: SUOQIAO_HOME, or the place the system gives to programs. Creates nothing. */
export function locateHome(env: NodeJS.ProcessEnv = process.env): Home {
  const directory = env.SUOQIAO_HOME ? resolve(env.SUOQIAO_HOME) : platform().stateDirectory(env)
  return {
    directory,
    logs: join(directory, 'logs'),
    journal: join(directory, 'journal'),
    settings: join(directory, 'settings.json'),
    pairings: join(directory, 'pairings.json'),
    daemonState: join(directory, 'daemon.json'),
  }
}

/** The same, with the directories made. */
export function openHome(env: NodeJS.ProcessEnv = process.env): Home {
  const home = locateHome(env)
  for (const path of [home.directory, home.logs, home.journal]) makePrivateDirectory(path)
  return home
}
