/** A home whose one provider is a fresh SoftHSM2 token with keys that cannot leave it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSoftHsm, type SoftHsm } from '../stands/softhsm.js'
import type { Bench } from './bench.js'

export async function softHsmHome(
  bench: Bench,
): Promise<{ readonly home: string; readonly softHsm: SoftHsm }> {
  const softHsm = await createSoftHsm(await bench.makeDir('softhsm'))
  const home = await bench.makeDir('home')
  await writeFile(join(home, 'settings.json'), JSON.stringify({ pinPrompt: 'extension' }), { mode: 0o600 })
  return { home, softHsm }
}
