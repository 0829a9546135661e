/** Which certificate may sign, and by which algorithm. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCertificates } from '../../../bridge/src/devices/read-certificates.js'
import type { TokenCertificate } from '../../../bridge/src/devices/tokens.js'
import { algorithmOf, chooseCertificate } from '../../../bridge/src/signing/choose-certificate.js'
import { codeOf } from '../../stands/signing-desk.js'
import { createSoftHsm } from '../../stands/softhsm.js'

let directory: string
let leaf: TokenCertificate
let other: TokenCertificate
const day = 86_400_000

async function read(path: string): Promise<TokenCertificate> {
  const [certificate] = await readCertificates([readFileSync(path)])
  if (!certificate) throw new Error(`${path} was not read`)
  return certificate
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'suoqiao-chain-'))
  const hsm = await createSoftHsm(directory)
  leaf = await read(hsm.certificates.rsa.derPath)
  other = await read(hsm.certificates.ec.derPath)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

describe('the chosen certificate', () => {
  const choose = (over: Partial<TokenCertificate>, now = new Date()) =>
    codeOf((async () => chooseCertificate([other, { ...leaf, ...over }], leaf.id, now))())

  it('is the one that was asked for', () => {
    expect(chooseCertificate([other, leaf], leaf.id, new Date())).toBe(leaf)
  })

  it('is refused outside its validity, one second before and after', async () => {
    const [from, to] = [Date.parse(leaf.notBefore), Date.parse(leaf.notAfter)]
    expect(await choose({}, new Date(from - 1000))).toBe('certificate.not-yet-valid')
    expect(await choose({}, new Date(from + 1000))).toBe('done')
    expect(await choose({}, new Date(to - 1000))).toBe('done')
    expect(await choose({}, new Date(to + 1000))).toBe('certificate.expired')
    expect(await choose({}, new Date(to + day))).toBe('certificate.expired')
  })

  it.each([
    ['signing', 'done'],
    ['both', 'done'],
    ['encryption', 'certificate.not-for-signing'],
    ['other', 'certificate.not-for-signing'],
  ] as const)('for %s: %s', async (usage, code) => {
    expect(await choose({ usage })).toBe(code)
  })

  it.each([
    ['RSA-2048', 'RSA-SHA256'],
    ['RSA-4096', 'RSA-SHA256'],
    ['EC-P256', 'ECDSA-SHA256'],
    ['EC-P384', 'ECDSA-SHA256'],
  ] as const)('with an %s key signs by %s', (keyType, algorithm) => {
    expect(algorithmOf({ ...leaf, keyType })).toBe(algorithm)
  })

  it('with an SM2 key is refused by name, not signed wrongly', async () => {
    for (const keyType of ['SM2', 'other'] as const) {
      expect(await codeOf((async () => algorithmOf({ ...leaf, keyType }))())).toBe(
        'provider.mechanism-unsupported',
      )
    }
  })
})
