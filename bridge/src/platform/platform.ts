/** What differs between operating systems, behind one contract. Each system has its own file; add a system by adding one. */
import { linux } from './linux.js'
import { macos } from './macos.js'
import { windows } from './windows.js'

/** The browsers whose native-messaging registration we write. */
export type BrowserName = 'chromium' | 'chrome' | 'edge' | 'firefox'
export type BrowserFamily = 'chromium' | 'gecko'

/** One place where a browser looks for native-messaging manifests of this user. */
export interface ManifestPlace {
  readonly browser: BrowserName
  readonly family: BrowserFamily
  /** Absolute path of the manifest file to write. */
  readonly file: string
  /** Windows only: the registry key whose default value must name the file. */
  readonly registryKey?: string
}

export interface Platform {
  /** Where a program keeps the state of this user when SUOQIAO_HOME is not set. */
  stateDirectory(env: NodeJS.ProcessEnv): string
  /** The control channel of the home: a Unix socket path or a Windows pipe name. */
  controlPath(homeDirectory: string): string
  /** Manifest places; `homeDirectory` is where Windows, which registers by key, keeps the files. */
  manifestPlaces(env: NodeJS.ProcessEnv, homeDirectory: string): readonly ManifestPlace[]
  /** File name and text of the program a browser starts: browsers pass no arguments of ours, so it bakes them in. */
  wrapper(facts: WrapperFacts): { readonly fileName: string; readonly text: string }
  /** Tells the system where the manifest is, where a file alone is not enough. */
  registerKey(key: string, file: string): void
  unregisterKey(key: string): void
}

/** Absolute paths the wrapper holds. */
export interface WrapperFacts {
  readonly node: string
  readonly bundle: string
  readonly home: string
}

/** The platform of this computer; systems without a file of their own are treated as Linux. */
export function platform(name: NodeJS.Platform = process.platform): Platform {
  if (name === 'win32') return windows
  return name === 'darwin' ? macos : linux
}
