/** Finds the provider kinds by their file names; each is loaded only when asked for. */
import { SuoqiaoError } from '@suoqiao/protocol'
import type { ProviderKind } from './provider.js'

const files = import.meta.glob<ProviderKind>('./*.provider.ts', { import: 'default' })

export const providerKinds: readonly string[] = Object.keys(files).map((path) =>
  path.slice('./'.length, -'.provider.ts'.length),
)

/** Throws provider.not-found for a kind that has no file. */
export async function loadProvider(kind: string): Promise<ProviderKind> {
  const load = files[`./${kind}.provider.ts`]
  if (load === undefined) throw new SuoqiaoError('provider.not-found', { kind })
  return load()
}
