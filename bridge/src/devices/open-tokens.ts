/** Builds the one door to the tokens: which libraries there are and how each of them is run. */
import { join } from 'node:path'
import { checkLibrary } from '../drivers/check-library.js'
import { type Candidate, findLibraries, type ProviderSetting } from '../drivers/find-libraries.js'
import { drivers } from '../drivers/index.js'
import type { ChildCommand } from '../provider-process/child-link.js'
import type { Limits } from '../provider-process/limits.js'
import { PRACTICE_PROVIDER } from './token-id.js'
import type { HostPlan } from './token-registry.js'
import { TokenRegistry } from './token-registry.js'
import type { Tokens } from './tokens.js'

export interface OpenTokensOptions {
  /** The bridge's own directory; practice keys live in its folder `practice`. */
  readonly home: string
  /** Libraries of settings.json. */
  readonly providers?: readonly ProviderSetting[]
  /** Offer the practice token. */
  readonly practice: boolean
  /** How to start the provider process; the running program itself unless a test says otherwise. */
  readonly childCommand?: ChildCommand
  /** Shorter deadlines, for tests. */
  readonly limits?: Partial<Limits>
}

/** Starts no process and loads no library: that happens when somebody first asks for tokens. */
export function openTokens(options: OpenTokensOptions): Tokens & Pick<TokenRegistry, 'childPids'> {
  return new TokenRegistry({
    // Looked up at every list: a driver that was just installed needs no restart.
    plan: () => [
      ...(options.practice ? [practicePlan(options.home)] : []),
      ...findLibraries(drivers, options.providers ?? [])
        .filter(({ id }) => id !== PRACTICE_PROVIDER)
        .map(libraryPlan),
    ],
    command: options.childCommand ?? ownCommand(),
    limits: options.limits ?? {},
  })
}

function ownCommand(): ChildCommand {
  const program = process.argv[1]
  return { execPath: process.execPath, args: program === undefined ? [] : [program] }
}

function practicePlan(home: string): HostPlan {
  const directory = join(home, 'practice')
  return {
    id: PRACTICE_PROVIDER,
    kind: 'practice',
    listMs: undefined,
    prepare: async () => ({ id: PRACTICE_PROVIDER, vendor: '练习设备', library: null, directory }),
  }
}

function libraryPlan(candidate: Candidate): HostPlan {
  const { id, kind, vendor, listMs } = candidate
  return {
    id,
    kind,
    listMs,
    prepare: async () => ({
      id,
      vendor,
      library: await checkLibrary({ path: candidate.library, sha256: candidate.sha256 }),
      directory: null,
    }),
  }
}
