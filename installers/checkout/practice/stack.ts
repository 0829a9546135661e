/** The practice portal and the bridge beside it, started together and stopped together. */
import { mkdir } from 'node:fs/promises'
import { askProgram, type Program, startProgram } from './programs.js'

export interface StackOptions {
  /** SUOQIAO_HOME and whatever else the programs shall see. */
  readonly env: NodeJS.ProcessEnv
  /** How the bridge asks for PINs: auto, extension or pinentry:<absolute path>. */
  readonly pinPrompt: string
  /** Port of the portal; any free one when 0, the usual one when undefined. */
  readonly port?: number
}

export interface Stack {
  /** Origin of the practice portal. */
  readonly origin: string
  readonly home: string
  readonly bridge: {
    readonly pid: number
    readonly port: number
    readonly version: string
    readonly startedHere: boolean
  }
  stop(): Promise<void>
}

interface Status {
  readonly running: boolean
  readonly pid: number
  readonly port: number
  readonly version: string
}

/** Starts the portal, and the bridge unless one already runs in this home; stops only what it started. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const port = options.port === undefined ? [] : ['--port', String(options.port)]
  const portal = await startProgram(['practice', ...port], options.env)
  const origin = String(portal.ready.origin)
  try {
    const running = await askProgram<Status>(['status'], options.env)
    const bridge = running.running ? undefined : await startBridge(origin, options)
    const status = (bridge?.ready ?? running) as unknown as Status
    return {
      origin,
      home: String(portal.ready.home),
      bridge: {
        pid: status.pid,
        port: status.port,
        version: status.version,
        startedHere: bridge !== undefined,
      },
      stop: async () => {
        await bridge?.stop()
        await portal.stop()
      },
    }
  } catch (error) {
    await portal.stop()
    throw error
  }
}

function startBridge(origin: string, options: StackOptions): Promise<Program> {
  return startProgram(['run', '--json', '--practice', origin, '--pin-prompt', options.pinPrompt], options.env)
}

/** Registers the native host for a browser that keeps everything in `profile`, its HOME, and for no other browser. */
export async function registerNativeHost(profile: string, env: NodeJS.ProcessEnv): Promise<void> {
  await mkdir(profile, { recursive: true })
  // With the profile as HOME the manifests of the user's own browsers stay as they are.
  const { XDG_CONFIG_HOME: _, ...rest } = env
  await askProgram(['native-host', '--register', '--chromium-profile', profile], { ...rest, HOME: profile })
}
