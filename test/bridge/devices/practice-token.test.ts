/** The practice token: software keys behind the same door, clearly labelled, with a PIN that can lock. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SuoqiaoError } from '@suoqiao/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTokens } from '../../../bridge/src/devices/open-tokens.js'
import type { TokenCertificate, Tokens } from '../../../bridge/src/devices/tokens.js'
import { buildProviderChild, type ProviderChild } from '../../stands/provider-child.js'

let home: string
let child: ProviderChild
let tokens: Tokens
let tokenId: string
let certificates: readonly TokenCertificate[]
const text = Buffer.from('练习用的承诺书')

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'suoqiao-practice-'))
  delete process.env.SOFTHSM2_CONF
  child = await buildProviderChild()
  tokens = openTokens({ home, practice: true, childCommand: child.command })
  tokenId = (await tokens.list()).tokens.find(({ practice }) => practice)?.id ?? ''
  certificates = await tokens.certificates(tokenId)
})
afterAll(async () => {
  await tokens?.close()
  await child?.remove()
  await rm(home, { recursive: true, force: true })
})

function sign(certificate: TokenCertificate, pin: string): Promise<Buffer> {
  return tokens.sign({
    tokenId,
    certificateId: certificate.id,
    digest: createHash('sha256').update(text).digest(),
    algorithm: certificate.keyType.startsWith('RSA') ? 'RSA-SHA256' : 'ECDSA-SHA256',
    pin: Buffer.from(pin),
    signal: new AbortController().signal,
  })
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (thrown: SuoqiaoError) => thrown.code,
  )

describe('the practice token', () => {
  it('calls itself 练习设备 and its holder 练习企业有限公司（练习）, so that nobody takes it for a real one', async () => {
    const { tokens: found } = await tokens.list()
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ practice: true, label: '练习设备', vendor: '练习设备' })
    expect(tokens.isPractice(tokenId)).toBe(true)
    expect(tokens.isPractice('softhsm2.0123')).toBe(false)
    expect(certificates.map(({ keyType, usage, holder }) => `${keyType} ${usage} ${holder}`).sort()).toEqual([
      'EC-P256 signing 练习企业有限公司（练习）',
      'RSA-2048 signing 练习企业有限公司（练习）',
    ])
  })

  it('gives certificates that openssl finds in order up to the practice authority', async () => {
    for (const certificate of certificates) {
      await writeFile(join(home, 'cert.der'), certificate.der)
      await writeFile(join(home, 'ca.der'), certificate.chain?.[0] ?? '')
      for (const name of ['cert', 'ca']) {
        execFileSync('openssl', [
          'x509',
          '-inform',
          'DER',
          '-in',
          join(home, `${name}.der`),
          '-out',
          join(home, `${name}.pem`),
        ])
      }
      const verdict = execFileSync(
        'openssl',
        ['verify', '-x509_strict', '-CAfile', join(home, 'ca.pem'), join(home, 'cert.pem')],
        { encoding: 'utf8' },
      )
      expect(verdict).toMatch(/: OK$/m)
    }
  })

  it('signs with both keys and openssl accepts the signatures', async () => {
    for (const certificate of certificates) {
      await writeFile(join(home, 'text'), text)
      await writeFile(join(home, 'signature'), await sign(certificate, '123456'))
      await writeFile(join(home, 'cert.der'), certificate.der)
      const publicKey = execFileSync('openssl', [
        'x509',
        '-inform',
        'DER',
        '-in',
        join(home, 'cert.der'),
        '-pubkey',
        '-noout',
      ])
      await writeFile(join(home, 'pub.pem'), publicKey)
      const verdict = execFileSync(
        'openssl',
        [
          'dgst',
          '-sha256',
          '-verify',
          join(home, 'pub.pem'),
          '-signature',
          join(home, 'signature'),
          join(home, 'text'),
        ],
        { encoding: 'utf8' },
      )
      expect(verdict.trim()).toBe('Verified OK')
    }
  })

  it('writes names and algorithms as real authorities do: one attribute per step of the name, NULL beside RSA', async () => {
    for (const der of [certificates[0]?.der, certificates[0]?.chain?.[0]]) {
      await writeFile(join(home, 'cert.der'), der ?? '')
      const openssl = (...args: string[]) =>
        execFileSync('openssl', [...args, '-inform', 'DER', '-in', join(home, 'cert.der')], {
          encoding: 'utf8',
        })
      const names = openssl('x509', '-noout', '-subject', '-issuer', '-nameopt', 'utf8,sep_comma_plus')
      expect(names).toMatch(
        /^subject=\s*C=CN,O=练习[^+]*,CN=练习[^+]*\nissuer=\s*C=CN,O=练习[^+]*,CN=练习[^+]*\n$/,
      )
      const structure = openssl('asn1parse')
      expect(structure.match(/sha256WithRSAEncryption\n.*NULL/g)).toHaveLength(2)
    }
  })

  it('keeps its keys readable for the user only', async () => {
    const modes = await Promise.all(
      ['', 'rsa.key.pem', 'ec.key.pem', 'pin.json'].map(
        async (name) => (await stat(join(home, 'practice', name))).mode & 0o777,
      ),
    )
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600])
  })

  it('is the same token with the same certificates after the bridge was started again', async () => {
    const again = openTokens({ home, practice: true, childCommand: child.command })
    expect((await again.list()).tokens[0]?.id).toBe(tokenId)
    expect((await again.certificates(tokenId)).map(({ id }) => id)).toEqual(certificates.map(({ id }) => id))
    await again.close()
  })

  it('counts wrong PINs down to the last try, locks, and then refuses even the right one', async () => {
    const certificate = certificates[0] as TokenCertificate
    const changes: string[] = []
    const stop = tokens.onChange((reason) => changes.push(reason))
    for (let left = 9; left >= 1; left -= 1) {
      expect(await codeOf(sign(certificate, '999999'))).toBe('token.pin-incorrect')
      expect(await tokens.pinStatus(tokenId)).toEqual({
        triesLeft: left,
        low: true,
        finalTry: left === 1,
        locked: false,
      })
    }
    expect(await codeOf(sign(certificate, '12'))).toBe('token.pin-invalid')
    expect(await codeOf(sign(certificate, '999999'))).toBe('token.pin-locked')
    expect(await tokens.pinStatus(tokenId)).toEqual({
      triesLeft: 0,
      low: true,
      finalTry: false,
      locked: true,
    })
    expect(await codeOf(sign(certificate, '123456'))).toBe('token.pin-locked')
    expect(changes).toHaveLength(11)
    stop()
  })

  it('can be used again ten minutes after it was locked', async () => {
    const path = join(home, 'practice', 'pin.json')
    const state = JSON.parse(await readFile(path, 'utf8')) as { lockedAt: number }
    await writeFile(path, JSON.stringify({ ...state, lockedAt: state.lockedAt - 600_000 }))
    expect(await codeOf(sign(certificates[0] as TokenCertificate, '123456'))).toBe('ok')
    expect((await tokens.pinStatus(tokenId)).triesLeft).toBe(10)
  })
})
