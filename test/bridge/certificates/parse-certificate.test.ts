/** What the product reads out of certificates, compared with what openssl reads. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCertificate } from '../../../bridge/src/certificates/parse-certificate.js'
import { createSoftHsm, type SoftHsm } from '../../stands/softhsm.js'

let dir: string
let hsm: SoftHsm

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'suoqiao-certificates-'))
  hsm = await createSoftHsm(dir, { encryption: true, expired: true })
})
afterAll(async () => {
  await rm(dir, { recursive: true, force: true })
})

const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { encoding: 'utf8', cwd: dir, stdio: 'pipe' })

/** A self-signed certificate with whatever openssl is told, as DER. */
function selfSigned(name: string, keyArgs: string[], subject: string, extra: string[] = []): Buffer {
  openssl(
    ...['req', '-x509', '-nodes', '-utf8', '-days', '30', ...keyArgs, '-subj', subject, ...extra],
    ...['-keyout', `${name}.key`, '-outform', 'DER', '-out', `${name}.der`],
  )
  return readFileSync(join(dir, `${name}.der`))
}

const RSA = ['-newkey', 'rsa:2048']
const ec = (curve: string) => ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${curve}`]

describe('a certificate', () => {
  it('has the same subject, issuer, serial and dates as openssl prints', () => {
    for (const certificate of Object.values(hsm.certificates)) {
      const info = parseCertificate(certificate.der)?.info
      const printed = openssl(
        ...[
          'x509',
          '-in',
          certificate.pemPath,
          '-noout',
          '-subject',
          '-issuer',
          '-serial',
          '-dates',
          '-fingerprint',
          '-sha256',
        ],
        ...[
          '-nameopt',
          'esc_2253,esc_ctrl,utf8,dump_nostr,dump_unknown,dump_der,sep_comma_plus,dn_rev,sname',
        ],
        ...['-dateopt', 'iso_8601'],
      )
      const field = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(printed)?.[1]?.trim()
      const iso = (text = '') => new Date(text.replace(' ', 'T')).toISOString()
      expect(info?.subject).toBe(field('subject'))
      expect(info?.issuer).toBe(field('issuer'))
      expect(info?.serialNumber).toBe(field('serial'))
      expect(info?.notBefore).toBe(iso(field('notBefore')))
      expect(info?.notAfter).toBe(iso(field('notAfter')))
      expect(info?.id).toBe(field('sha256 Fingerprint')?.replaceAll(':', '').toLowerCase())
    }
  })

  it('that has expired says for how many days', () => {
    const { certificates } = hsm
    const info = parseCertificate(
      certificates.expired?.der ?? Buffer.alloc(0),
      new Date('2021-01-11T00:00:00Z'),
    )?.info
    expect(info?.daysLeft).toBe(-10)
    expect(parseCertificate(certificates.rsa.der)?.info.daysLeft).toBe(799)
  })

  it('escapes what could forge a name', () => {
    const der = selfSigned('escape', RSA, '/CN=a,O=b\\+c\\/d;e<f>"g/O= x ')
    expect(parseCertificate(der)?.info.subject).toBe('O=\\ x\\ ,CN=a\\,O=b\\+c/d\\;e\\<f\\>\\"g')
  })

  it('of an authority is known as one', () => {
    expect(parseCertificate(readFileSync(hsm.caDer))?.isAuthority).toBe(true)
    expect(parseCertificate(hsm.certificates.rsa.der)?.isAuthority).toBe(false)
  })

  const usages = [
    { keyUsage: 'digitalSignature', usage: 'signing' },
    { keyUsage: 'nonRepudiation', usage: 'signing' },
    { keyUsage: 'keyEncipherment,dataEncipherment', usage: 'encryption' },
    { keyUsage: 'keyAgreement', usage: 'encryption' },
    { keyUsage: 'digitalSignature,keyEncipherment', usage: 'both' },
    { keyUsage: 'keyCertSign', usage: 'other' },
  ]
  for (const { keyUsage, usage } of usages) {
    it(`for ${keyUsage} is shown as ${usage}`, () => {
      const der = selfSigned('usage', ec('prime256v1'), '/CN=用途', [
        '-addext',
        `keyUsage=critical,${keyUsage}`,
      ])
      expect(parseCertificate(der)?.info.usage).toBe(usage)
    })
  }

  it('without a key usage may do everything', () => {
    expect(parseCertificate(selfSigned('nousage', RSA, '/CN=x'))?.info.usage).toBe('both')
  })

  const keys = [
    { args: RSA, keyType: 'RSA-2048' },
    { args: ['-newkey', 'rsa:3072'], keyType: 'RSA-3072' },
    { args: ['-newkey', 'rsa:1024'], keyType: 'other' },
    { args: ec('prime256v1'), keyType: 'EC-P256' },
    { args: ec('secp384r1'), keyType: 'EC-P384' },
    { args: ec('secp521r1'), keyType: 'other' },
    { args: ['-newkey', 'ed25519'], keyType: 'other' },
  ]
  for (const { args, keyType } of keys) {
    it(`with the key ${args.join(' ')} is shown as ${keyType}`, () => {
      expect(parseCertificate(selfSigned('key', args, '/CN=密钥'))?.info.keyType).toBe(keyType)
    })
  }

  it('with an SM2 key is shown as SM2', () => {
    openssl('genpkey', '-algorithm', 'SM2', '-out', 'sm2.key')
    openssl(
      'req',
      '-x509',
      '-key',
      'sm2.key',
      '-sm3',
      '-utf8',
      '-subj',
      '/CN=国密',
      '-outform',
      'DER',
      '-out',
      'sm2.der',
    )
    const info = parseCertificate(readFileSync(join(dir, 'sm2.der')))?.info
    expect(info).toMatchObject({ keyType: 'SM2', holder: '国密' })
  })

  it('whose name was written in GBK by an old authority is still readable', () => {
    const der = Buffer.from(selfSigned('gbk', ec('prime256v1'), '/CN=GGGGGGGG'))
    const gbk = Buffer.from('b2e2cad4c6f3d2b5', 'hex')
    for (let at = der.indexOf('GGGGGGGG'); at >= 0; at = der.indexOf('GGGGGGGG')) gbk.copy(der, at)
    expect(parseCertificate(der)?.info.holder).toBe('测试企业')
  })
})

describe('the USCC in a certificate', () => {
  const subjects = [
    { subject: '/CN=某公司/OU=91350100M000100Y43', uscc: '91350100M000100Y43' },
    { subject: '/CN=某公司/organizationIdentifier=91110000802100433B', uscc: '91110000802100433B' },
    { subject: '/CN=某公司@91350100M000100Y43@1', uscc: '91350100M000100Y43' },
    { subject: '/CN=某公司/OU=91350100M000100Y44', uscc: undefined },
    { subject: '/CN=某公司/OU=X91350100M000100Y43', uscc: undefined },
    // An ID number whose 18 characters also satisfy the check of the USCC.
    { subject: `/CN=某人/serialNumber=${idNumberLikeUscc()}`, uscc: undefined },
  ]
  for (const { subject, uscc } of subjects) {
    it(`of ${subject} is ${uscc ?? 'not there'}`, () => {
      expect(parseCertificate(selfSigned('uscc', ec('prime256v1'), subject))?.info.uscc).toBe(uscc)
    })
  }

  /** Searches a made-up ID number with both check characters right. */
  function idNumberLikeUscc(): string {
    for (let serial = 0; serial < 1_000; serial += 1) {
      const body = `21010219900101${String(serial).padStart(3, '0')}`
      const sum = [...body].reduce(
        (total, digit, index) => total + Number(digit) * (2 ** (17 - index) % 11),
        0,
      )
      const number = body + '10X98765432'[sum % 11]
      const weighted = [...number.slice(0, 17)].reduce(
        (total, digit, index) => total + Number(digit) * (3 ** index % 31),
        0,
      )
      if ('0123456789ABCDEFGHJKLMNPQRTUWXY'[(31 - (weighted % 31)) % 31] === number[17]) return number
    }
    throw new Error('no such number')
  }
})

describe('bytes that are no certificate', () => {
  it('are left out, whatever they are', () => {
    const { der } = hsm.certificates.rsa
    expect(parseCertificate(Buffer.alloc(0))).toBeNull()
    expect(parseCertificate(Buffer.from('certificate'))).toBeNull()
    expect(parseCertificate(Buffer.concat([der, Buffer.of(0)]))).toBeNull()
    for (let length = 0; length < der.length; length += 37)
      expect(parseCertificate(der.subarray(0, length))).toBeNull()
    const deep = Buffer.concat(Array.from({ length: 5_000 }, () => Buffer.of(0x30, 0x80)))
    writeFileSync(join(dir, 'deep.der'), deep)
    expect(parseCertificate(deep)).toBeNull()
  })
})
