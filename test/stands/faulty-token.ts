/** A SoftHSM2 token behind the fault shim, and the bridge's door to it with short deadlines. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SuoqiaoError } from '@suoqiao/protocol'
import { openTokens } from '../../bridge/src/devices/open-tokens.js'
import type { SignRequest } from '../../bridge/src/devices/tokens.js'
import type { Limits } from '../../bridge/src/provider-process/limits.js'
import { compileFaultShim, type FaultShim } from './fault-shim.js'
import { buildProviderChild, type ProviderChild } from './provider-child.js'
import { createSoftHsm, type SoftHsm } from './softhsm.js'

export type OpenTokens = ReturnType<typeof openTokens>

export interface FaultyToken {
  readonly dir: string
  readonly hsm: SoftHsm
  readonly shim: FaultShim
  readonly child: ProviderChild
  readonly digest: Buffer
  /** A fresh door; the caller closes it. */
  readonly open: (
    limits?: Partial<Limits>,
  ) => Promise<{ readonly tokens: OpenTokens; readonly tokenId: string }>
  readonly request: (tokenId: string, kind: 'rsa' | 'ec', changes?: Partial<SignRequest>) => SignRequest
  readonly remove: () => Promise<void>
}

/** Sets SOFTHSM2_CONF of this process: one of these per test file. */
export async function createFaultyToken(): Promise<FaultyToken> {
  const dir = await mkdtemp(join(tmpdir(), 'suoqiao-faults-'))
  const hsm = await createSoftHsm(dir)
  process.env.SOFTHSM2_CONF = hsm.env.SOFTHSM2_CONF
  const shim = await compileFaultShim(join(dir, 'shim'), hsm.library)
  const child = await buildProviderChild()
  const digest = createHash('sha256').update('企业诚信守法承诺书').digest()
  return {
    ...{ dir, hsm, shim, child, digest },
    async open(limits = {}) {
      await shim.setFaults()
      const tokens = openTokens({
        home: dir,
        practice: false,
        providers: [{ id: 'shim', library: shim.library, sha256: shim.sha256 }],
        childCommand: child.command,
        limits,
      })
      const { tokens: found } = await tokens.list()
      await shim.resetCalls()
      const token = found.find(({ provider, label }) => provider === 'shim' && label === hsm.tokenLabel)
      if (token === undefined) throw new Error('the token behind the shim was not listed')
      return { tokens, tokenId: token.id }
    },
    request: (tokenId, kind, changes = {}) => ({
      tokenId,
      certificateId: createHash('sha256').update(hsm.certificates[kind].der).digest('hex'),
      digest,
      algorithm: kind === 'rsa' ? 'RSA-SHA256' : 'ECDSA-SHA256',
      pin: Buffer.from(hsm.pin),
      signal: new AbortController().signal,
      ...changes,
    }),
    async remove() {
      await child.remove()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** The error a piece of work ends with; fails when it ends well or with an error that is not ours. */
export async function errorOf(work: Promise<unknown>): Promise<SuoqiaoError> {
  const outcome = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (outcome instanceof SuoqiaoError) return outcome
  throw new Error(`expected an error of ours, got ${String(outcome)}`)
}
