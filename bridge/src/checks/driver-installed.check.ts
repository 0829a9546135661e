/** Is there a library that could speak to a UKey, and may it be loaded. */
import { toWireError } from '@suoqiao/protocol'
import { checkLibrary } from '../drivers/check-library.js'
import { findLibraries } from '../drivers/find-libraries.js'
import { drivers } from '../drivers/index.js'
import { readSettings } from '../state/settings.js'
import type { Check } from './check.js'

export default {
  id: 'driver-installed',
  title: 'CA 驱动',
  severity: 'high',
  dependsOn: [],
  run: async ({ home }) => {
    const libraries = findLibraries(drivers, readSettings(home.settings).settings.providers ?? [])
    if (libraries.length === 0) {
      return {
        status: 'warn',
        evidence: 'no known library found',
        cause: '没有找到 CA 驱动。请先安装发证机构的驱动。',
      }
    }
    const faults: string[] = []
    for (const { id, library, sha256 } of libraries) {
      try {
        await checkLibrary({ path: library, sha256 })
      } catch (thrown) {
        faults.push(`${id}: ${toWireError(thrown).code}`)
      }
    }
    if (faults.length === 0) return { status: 'ok', evidence: libraries.map(({ id }) => id).join(', ') }
    return {
      status: 'fail',
      evidence: faults.join(', '),
      cause: 'CA 驱动文件不能用。请重新安装发证机构的驱动。',
    }
  },
} satisfies Check
