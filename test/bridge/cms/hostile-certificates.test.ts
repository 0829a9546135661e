/** Certificates and CMS with damaged bytes, as a faulty token gives them: always a coded refusal, never anything else. */
import { createHash, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SuoqiaoError } from '@suoqiao/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkCms } from '../../../bridge/src/cms/check-cms.js'
import { prepareCms } from '../../../bridge/src/cms/prepare-cms.js'
import { makeCa } from '../../stands/test-ca.js'

const docDigest = createHash('sha256').update('承诺书').digest()
let directory: string
let certificate: Buffer

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'suoqiao-hostile-'))
  certificate = readFileSync((await makeCa(directory)).caDer)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

function codeOf(action: () => unknown): string {
  try {
    action()
    return 'done'
  } catch (error) {
    if (error instanceof SuoqiaoError) return error.code
    throw error
  }
}

/** The bytes with some of them replaced, and perhaps cut short. */
const damaged = (length: number) =>
  fc.record({
    changes: fc.array(fc.tuple(fc.nat(length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
    keep: fc.oneof(fc.constant(length), fc.nat(length)),
  })
function damage(bytes: Buffer, how: { changes: [number, number][]; keep: number }): Buffer {
  const copy = Buffer.from(bytes)
  for (const [at, value] of how.changes) copy[at] = value
  return copy.subarray(0, how.keep)
}

it('a damaged certificate is refused by a code or used as it is, and never breaks the bridge', () => {
  const known = ['done', 'certificate.unreadable', 'provider.mechanism-unsupported']
  const prepare = (der: Buffer) =>
    codeOf(() => prepareCms({ docDigest, certificate: der, chain: [], signingTime: new Date() }))
  fc.assert(
    fc.property(damaged(certificate.length), (how) => {
      expect(known).toContain(prepare(damage(certificate, how)))
    }),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(known).toContain(prepare(Buffer.from(bytes)))
    }),
    { numRuns: 1000 },
  )
})

it('a signature of random bytes is discarded, whatever its length', () => {
  const prepared = prepareCms({ docDigest, certificate, chain: [], signingTime: new Date() })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(codeOf(() => prepared.finish(Buffer.from(bytes)))).toBe('provider.bad-signature')
    }),
    { numRuns: 300 },
  )
})

it('random bytes are no CMS, and a key that is none of ours makes no difference', () => {
  const foreign = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(codeOf(() => checkCms(Buffer.from(bytes), { docDigest, certificate }))).toBe(
        'provider.bad-signature',
      )
    }),
    { numRuns: 1000 },
  )
  expect(codeOf(() => checkCms(foreign, { docDigest, certificate }))).toBe('provider.bad-signature')
})
