/** The whole way from the daemon through the provider process to a real SoftHSM2 token and back. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTokens } from '../../../bridge/src/devices/open-tokens.js'
import type { SignRequest, Tokens } from '../../../bridge/src/devices/tokens.js'
import { buildProviderChild, type ProviderChild } from '../../stands/provider-child.js'
import { createSoftHsm, type SoftHsm, TEST_HOLDER, TEST_USCC } from '../../stands/softhsm.js'

let dir: string
let hsm: SoftHsm
let child: ProviderChild
let tokens: Tokens
let tokenId: string
const text = Buffer.from('企业诚信守法承诺书')
const digest = createHash('sha256').update(text).digest()

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'suoqiao-tokens-'))
  hsm = await createSoftHsm(dir, { encryption: true, expired: true })
  process.env.SOFTHSM2_CONF = hsm.env.SOFTHSM2_CONF
  child = await buildProviderChild()
  tokens = openTokens({ home: dir, practice: false, childCommand: child.command })
})
afterAll(async () => {
  await tokens?.close()
  await child?.remove()
  await rm(dir, { recursive: true, force: true })
})

const certificateId = (kind: 'rsa' | 'ec' | 'encryption') =>
  createHash('sha256')
    .update(hsm.certificates[kind]?.der ?? '')
    .digest('hex')

const request = (kind: 'rsa' | 'ec', changes: Partial<SignRequest> = {}): SignRequest => ({
  tokenId,
  certificateId: certificateId(kind),
  digest,
  algorithm: kind === 'rsa' ? 'RSA-SHA256' : 'ECDSA-SHA256',
  pin: Buffer.from(hsm.pin),
  signal: new AbortController().signal,
  ...changes,
})

async function opensslAccepts(kind: 'rsa' | 'ec', signature: Buffer): Promise<string> {
  await writeFile(join(dir, 'text'), text)
  await writeFile(join(dir, 'signature'), signature)
  const publicKey = join(dir, `${kind}.pub.pem`)
  return execFileSync(
    'openssl',
    ['dgst', '-sha256', '-verify', publicKey, '-signature', join(dir, 'signature'), join(dir, 'text')],
    { encoding: 'utf8' },
  ).trim()
}

describe('a UKey that is plugged in', () => {
  it('is listed once, by label and serial, and the empty slot beside it is not', async () => {
    const { tokens: found, failed } = await tokens.list()
    expect(failed).toEqual([])
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({
      provider: 'softhsm2',
      vendor: 'SoftHSM2',
      label: hsm.tokenLabel,
      practice: false,
      pin: { triesLeft: null, low: false, finalTry: false, locked: false },
    })
    tokenId = found[0]?.id ?? ''
    expect(tokenId).toMatch(/^softhsm2\.[0-9a-f]{24}$/)
  })

  it('shows its certificates with holder, USCC, key and usage without asking for the PIN', async () => {
    const certificates = await tokens.certificates(tokenId)
    expect(certificates.map(({ usage, keyType }) => `${keyType} ${usage}`).sort()).toEqual([
      'EC-P256 signing',
      'EC-P256 signing',
      'RSA-2048 encryption',
      'RSA-2048 signing',
    ])
    for (const certificate of certificates) {
      expect(certificate).toMatchObject({ holder: TEST_HOLDER, uscc: TEST_USCC })
    }
  })

  for (const kind of ['rsa', 'ec'] as const) {
    it(`signs with its ${kind.toUpperCase()} key and openssl accepts it`, async () => {
      const pin = Buffer.from(hsm.pin)
      const signature = await tokens.sign(request(kind, { pin }))
      expect(await opensslAccepts(kind, signature)).toBe('Verified OK')
      expect(pin.every((byte) => byte === 0)).toBe(true)
    })
  }
})
