/** The CMS of a signature against openssl as the judge: RSA-2048 and P-256, accepted whole, refused when touched. */
import { execFileSync } from 'node:child_process'
import { createHash, createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errors } from '@suoqiao/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkCms } from '../../../bridge/src/cms/check-cms.js'
import { type CmsRequest, prepareCms } from '../../../bridge/src/cms/prepare-cms.js'
import { makeCa } from '../../stands/test-ca.js'

const content = Buffer.from('企业诚信守法承诺书\n'.repeat(200))
const docDigest = createHash('sha256').update(content).digest()
const directory = mkdtempSync(join(tmpdir(), 'suoqiao-cms-'))
let caDer: Buffer

interface Signer {
  readonly certificate: Buffer
  readonly key: KeyObject
}
const signers = new Map<string, Signer>()

const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

function makeSigner(
  name: string,
  newKey: string[],
  subject = '/C=CN/O=辽宁测试建筑有限公司/CN=辽宁测试建筑有限公司',
): void {
  const at = (ending: string) => join(directory, `${name}.${ending}`)
  openssl(
    'req',
    '-new',
    ...newKey,
    '-nodes',
    '-utf8',
    '-keyout',
    at('key'),
    '-out',
    at('csr'),
    '-subj',
    subject,
  )
  writeFileSync(
    at('ext'),
    'keyUsage=critical,digitalSignature,nonRepudiation\nextendedKeyUsage=emailProtection\n',
  )
  const ca = ['-CA', join(directory, 'ca.pem'), '-CAkey', join(directory, 'ca.key'), '-CAcreateserial']
  openssl(
    'x509',
    '-req',
    '-in',
    at('csr'),
    ...ca,
    '-sha256',
    '-days',
    '30',
    '-extfile',
    at('ext'),
    '-out',
    at('pem'),
  )
  const certificate = new X509Certificate(readFileSync(at('pem'))).raw
  signers.set(name, { certificate, key: createPrivateKey(readFileSync(at('key'))) })
}

beforeAll(async () => {
  mkdirSync(directory, { recursive: true })
  const ca = await makeCa(directory)
  caDer = readFileSync(ca.caDer)
  writeFileSync(join(directory, 'content'), content)
  makeSigner('rsa', ['-newkey', 'rsa:2048'])
  makeSigner('rsa3072', ['-newkey', 'rsa:3072'])
  makeSigner('p256', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'])
  makeSigner('p384', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp384r1'])
  makeSigner('ed25519', ['-newkey', 'ed25519'])
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function requestOf(name: string, over: Partial<CmsRequest> = {}): CmsRequest & Signer {
  const signer = signers.get(name)
  if (!signer) throw new Error(`no signer ${name}`)
  return { docDigest, chain: [caDer], signingTime: new Date(), ...signer, ...over }
}

/** As the token does it: over the attributes. The key signs what digestToSign is the hash of. */
function signAttributes(request: Signer, signedAttrsDer: Buffer): Buffer {
  return sign('sha256', signedAttrsDer, request.key)
}

function makeCms(name: string, over: Partial<CmsRequest> = {}): Buffer {
  const request = requestOf(name, over)
  const prepared = prepareCms(request)
  return prepared.finish(signAttributes(request, prepared.signedAttrsDer))
}

function verifyWithOpenssl(cms: Buffer, ...more: string[]): string {
  const path = join(directory, 'signature.der')
  writeFileSync(path, cms)
  const files = ['-inform', 'DER', '-in', path, '-content', join(directory, 'content')]
  const trust = ['-CAfile', join(directory, 'ca.pem'), '-purpose', 'any', '-binary', '-out', '/dev/null']
  return execFileSync('openssl', ['cms', '-verify', ...files, ...trust, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  })
}

describe.each(['rsa', 'p256', 'rsa3072', 'p384'])('a signature made with a %s key', (name) => {
  it('is accepted by openssl cms -verify', () => {
    expect(() => verifyWithOpenssl(makeCms(name))).not.toThrow()
  })

  it('is accepted by openssl as CAdES, which checks the signing certificate attribute', () => {
    expect(() => verifyWithOpenssl(makeCms(name), '-cades')).not.toThrow()
  })

  it('is refused by openssl when the document changed', () => {
    const cms = makeCms(name, { docDigest: createHash('sha256').update('另一份文件').digest() })
    expect(() => verifyWithOpenssl(cms)).toThrow(/CMS routines/)
  })

  it('never grows beyond the estimate that is compared with the room in the file', () => {
    const request = requestOf(name)
    const prepared = prepareCms(request)
    for (let round = 0; round < 20; round += 1) {
      const cms = prepared.finish(signAttributes(request, prepared.signedAttrsDer))
      expect(cms.length).toBeLessThanOrEqual(prepared.estimateBytes)
      expect(prepared.estimateBytes - cms.length).toBeLessThan(24)
    }
  })

  it('asks the token for the hash of exactly the attributes', () => {
    const prepared = prepareCms(requestOf(name))
    expect(prepared.digestToSign).toEqual(createHash('sha256').update(prepared.signedAttrsDer).digest())
  })
})

it('carries the signer and the chain, the four signed attributes, and no content', () => {
  const path = join(directory, 'printed.der')
  writeFileSync(path, makeCms('rsa'))
  const printed = openssl('cms', '-cmsout', '-print', '-inform', 'DER', '-in', path)
  for (const word of ['contentType', 'messageDigest', 'signingTime', 'id-smime-aa-signingCertificateV2']) {
    expect(printed).toContain(word)
  }
  expect(printed).toMatch(/eContent: <ABSENT>/)
  expect(printed).toContain('cont [ 4 ]')
  expect(printed.match(/d\.certificate:/g)).toHaveLength(2)
  expect(printed).toMatch(/unsignedAttrs:\s+<ABSENT>/)
})

it('is strict DER with sorted sets: openssl writes it again byte for byte the same', () => {
  const path = join(directory, 'strict.der')
  const again = join(directory, 'again.der')
  writeFileSync(path, makeCms('p256'))
  openssl('cms', '-cmsout', '-inform', 'DER', '-in', path, '-outform', 'DER', '-out', again)
  expect(readFileSync(again)).toEqual(readFileSync(path))
  expect(openssl('asn1parse', '-inform', 'DER', '-in', path)).toContain('pkcs7-signedData')
})

it('writes the time as UTCTime before 2050 and as GeneralizedTime from 2050', () => {
  const attributesAt = (date: string) =>
    prepareCms(requestOf('p256', { signingTime: new Date(date) })).signedAttrsDer
  expect(attributesAt('2049-12-31T23:59:59.900Z').includes('\x17\r491231235959Z')).toBe(true)
  expect(attributesAt('2050-01-01T00:00:00Z').includes('\x18\x0f20500101000000Z')).toBe(true)
})

describe('self-verification', () => {
  it('notices every single changed byte of the attributes and of the signature', () => {
    const request = requestOf('p256')
    const prepared = prepareCms(request)
    const cms = prepared.finish(signAttributes(request, prepared.signedAttrsDer))
    const start = cms.lastIndexOf(prepared.signedAttrsDer.subarray(1))
    expect(start).toBeGreaterThan(0)
    for (let at = start; at < cms.length; at += 1) {
      const flipped = Buffer.from(cms)
      flipped[at] = (flipped[at] ?? 0) ^ 0x01
      expect(() => checkCms(flipped, request), `byte ${at}`).toThrow(errors['provider.bad-signature'].say)
    }
  })

  it('discards a signature that another key made', () => {
    const prepared = prepareCms(requestOf('rsa'))
    const foreign = sign('sha256', prepared.signedAttrsDer, requestOf('rsa3072').key).subarray(0, 256)
    expect(() => prepared.finish(foreign)).toThrow(errors['provider.bad-signature'].say)
  })

  it('discards a signature that is longer than the key can make', () => {
    expect(() => prepareCms(requestOf('rsa')).finish(Buffer.alloc(257))).toThrow(
      errors['provider.bad-signature'].say,
    )
  })

  it('does not accept the right signature for another document or another certificate', () => {
    const cms = makeCms('rsa')
    const request = requestOf('rsa')
    expect(() => checkCms(cms, { ...request, docDigest: Buffer.alloc(32) })).toThrow(
      errors['provider.bad-signature'].say,
    )
    expect(() => checkCms(cms, requestOf('p256'))).toThrow(errors['provider.bad-signature'].say)
    expect(() => checkCms(Buffer.concat([cms, Buffer.of(0)]), request)).toThrow(
      errors['provider.bad-signature'].say,
    )
  })
})

it('refuses a key type no PDF reader of the portals would understand before anything is signed', () => {
  expect(() => prepareCms(requestOf('ed25519'))).toThrow(errors['provider.mechanism-unsupported'].say)
})

it('refuses a certificate that cannot be read', () => {
  for (const certificate of [
    Buffer.alloc(0),
    Buffer.from('3003020101', 'hex'),
    signers.get('rsa')?.certificate.subarray(0, 300),
  ]) {
    expect(() => prepareCms(requestOf('rsa', { certificate: certificate ?? Buffer.alloc(0) }))).toThrow(
      errors['certificate.unreadable'].say,
    )
  }
})
