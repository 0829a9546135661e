/** Compiles the misbehaving PKCS#11 double (fault-shim.c) and steers it. Needs gcc and libp11-kit-dev. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface FaultShim {
  readonly library: string
  /** For settings.json: the shim lies outside the system's directories. */
  readonly sha256: string
  /** Lines like `C_Sign hang`, `C_Login rv 0xa4`, `C_GetTokenInfo flags 0x40000`; none ends all faults. */
  readonly setFaults: (...lines: string[]) => Promise<void>
  /** How often the library function was called since the last reset. */
  readonly callsOf: (name: string) => Promise<number>
  readonly resetCalls: () => Promise<void>
}

/** `realModule` is the library behind it, e.g. SoftHSM's. */
export async function compileFaultShim(dir: string, realModule: string): Promise<FaultShim> {
  await mkdir(dir, { recursive: true })
  const library = join(dir, 'libfaultshim.so')
  const source = join(import.meta.dirname, 'fault-shim.c')
  await run('gcc', [
    ...['-shared', '-fPIC', '-O1', '-Wall', `-DREAL_MODULE="${realModule}"`, `-DCONTROL_DIR="${dir}"`],
    ...['-I/usr/include/p11-kit-1', '-o', library, source, '-ldl'],
  ])
  const sha256 = createHash('sha256')
    .update(await readFile(library))
    .digest('hex')
  return {
    library,
    sha256,
    async setFaults(...lines) {
      // Renamed into place: the library must never read half a line.
      await writeFile(join(dir, 'faults.new'), `${lines.join('\n')}\n`)
      await rename(join(dir, 'faults.new'), join(dir, 'faults'))
    },
    async callsOf(name) {
      const calls = await readFile(join(dir, 'calls'), 'utf8').catch(() => '')
      return calls.split('\n').filter((line) => line === name).length
    },
    resetCalls: () => rm(join(dir, 'calls'), { force: true }),
  }
}
