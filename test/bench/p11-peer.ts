/** Compiles and drives p11-peer.c: the same PKCS#11 calls as the bridge's child process, in plain C. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { SoftHsm } from '../stands/softhsm.js'
import type { Bench } from './bench.js'
import { end } from './daemon.js'

const run = promisify(execFile)

/** Debian's place of p11-kit/pkcs11.h (package libp11-kit-dev). */
const HEADERS = '/usr/include/p11-kit-1'

export interface P11Peer {
  /** One signature; milliseconds from C_OpenSession to C_CloseSession, by the C program's own clock. */
  readonly sign: (key: 'rsa' | 'ec', digest: Buffer) => Promise<number>
}

export async function startP11Peer(bench: Bench, softHsm: SoftHsm): Promise<P11Peer> {
  const program = join(await bench.makeDir('peer'), 'p11-peer')
  const source = join(bench.root, 'test', 'bench', 'p11-peer.c')
  await run('gcc', ['-O2', '-Wall', '-I', HEADERS, '-o', program, source, '-ldl'])
  const child = spawn(program, [softHsm.library, softHsm.tokenLabel], {
    env: { ...process.env, ...softHsm.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  bench.defer(() => end(child))
  child.stdin.write(`pin ${softHsm.pin}\n`)
  const lines = createInterface({ input: child.stdout })
  const gone = once(child, 'exit').then(() => {
    throw new Error('the C program ended')
  })
  gone.catch(() => {})
  return {
    sign: async (key, digest) => {
      const answer = once(lines, 'line')
      child.stdin.write(`${key} ${digest.toString('hex')}\n`)
      const [line] = await Promise.race([answer, gone])
      return Number(String(line).split(' ')[0]) / 1000
    },
  }
}
