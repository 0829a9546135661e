/** A real PKCS#11 token for tests: an isolated SoftHSM2 with keys made inside it and certificates of a test CA. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Dates, issue, makeCa } from './test-ca.js'

const run = promisify(execFile)

/** Debian's places of the library; the first that exists is used. */
const LIBRARIES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
]

/** Holder of the test certificates; the USCC is the example of GB 32100-2015, its check digit is right. */
export const TEST_HOLDER = '辽宁测试建筑有限公司'
export const TEST_USCC = '91350100M000100Y43'

export interface SoftHsmCertificate {
  readonly derPath: string
  readonly pemPath: string
  readonly der: Buffer
  /** CKA_ID of the certificate and its key, hex. */
  readonly ckaId: string
}

export interface SoftHsm {
  /** Give these to the process that loads the library. */
  readonly env: { readonly SOFTHSM2_CONF: string }
  readonly pin: string
  readonly soPin: string
  readonly tokenLabel: string
  readonly library: string
  /** Path of the test CA's certificate. */
  readonly caPem: string
  readonly caDer: string
  readonly certificates: {
    readonly rsa: SoftHsmCertificate
    readonly ec: SoftHsmCertificate
    /** Only with the option of the same name. */
    readonly encryption?: SoftHsmCertificate
    readonly expired?: SoftHsmCertificate
  }
  /** Adds another key pair and certificate to the token. */
  readonly addCertificate: (kind: CertificateKind) => Promise<SoftHsmCertificate>
}

export interface SoftHsmOptions {
  readonly tokenLabel?: string
  readonly pin?: string
  /** Adds a certificate whose key may only encrypt, as the second certificate of Chinese tokens. */
  readonly encryption?: boolean
  /** Adds a signing certificate that ended in 2021. */
  readonly expired?: boolean
}

export interface CertificateKind {
  readonly name: string
  readonly ckaId: string
  readonly keyType: 'rsa:2048' | 'EC:prime256v1'
  readonly keyUsage: string
  /** Without it the certificate runs 800 days from now. */
  readonly dates?: Dates
}

const SIGNING_USAGE = 'critical,digitalSignature,nonRepudiation'
const KINDS = {
  rsa: { name: 'rsa', ckaId: '01', keyType: 'rsa:2048', keyUsage: SIGNING_USAGE },
  ec: { name: 'ec', ckaId: '02', keyType: 'EC:prime256v1', keyUsage: SIGNING_USAGE },
  encryption: {
    name: 'encryption',
    ckaId: '03',
    keyType: 'rsa:2048',
    keyUsage: 'critical,keyEncipherment,dataEncipherment',
  },
  expired: {
    name: 'expired',
    ckaId: '04',
    keyType: 'EC:prime256v1',
    keyUsage: SIGNING_USAGE,
    dates: { start: '200101000000Z', end: '210101000000Z' },
  },
} as const satisfies Record<string, CertificateKind>

/** Makes token, CA, keys and certificates under `dir`. Needs softhsm2, opensc and openssl; takes about 2 s. */
export async function createSoftHsm(dir: string, options: SoftHsmOptions = {}): Promise<SoftHsm> {
  const library = LIBRARIES.find((path) => existsSync(path))
  if (library === undefined) throw new Error('softhsm2 is not installed: apt-get install softhsm2')
  const tokenLabel = options.tokenLabel ?? '测试UKey'
  const pin = options.pin ?? '123456'
  const soPin = '12345678'
  const conf = join(dir, 'softhsm2.conf')
  await mkdir(join(dir, 'tokens'), { recursive: true, mode: 0o700 })
  await writeFile(
    conf,
    `directories.tokendir = ${join(dir, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = true\n`,
  )
  const env = { SOFTHSM2_CONF: conf }
  const place = { dir, library, tokenLabel, pin, env: { ...process.env, ...env } }
  await run(
    'softhsm2-util',
    ['--init-token', '--free', '--label', tokenLabel, '--so-pin', soPin, '--pin', pin],
    {
      env: place.env,
    },
  )
  const ca = await makeCa(dir)
  const add = (kind: CertificateKind) => addCertificate(place, kind)
  const certificates = {
    rsa: await add(KINDS.rsa),
    ec: await add(KINDS.ec),
    ...(options.encryption === true ? { encryption: await add(KINDS.encryption) } : {}),
    ...(options.expired === true ? { expired: await add(KINDS.expired) } : {}),
  }
  return { env, pin, soPin, tokenLabel, library, ...ca, certificates, addCertificate: add }
}

interface Place {
  readonly dir: string
  readonly library: string
  readonly tokenLabel: string
  readonly pin: string
  readonly env: NodeJS.ProcessEnv
}

async function addCertificate(place: Place, kind: CertificateKind): Promise<SoftHsmCertificate> {
  const publicPem = await generateInside(place, kind)
  const pemPath = join(place.dir, `${kind.name}.pem`)
  await certify(place.dir, kind, publicPem, pemPath)
  const derPath = join(place.dir, `${kind.name}.der`)
  await run('openssl', ['x509', '-in', pemPath, '-outform', 'DER', '-out', derPath])
  await pkcs11Tool(place, [
    '--login',
    '--pin',
    place.pin,
    '--write-object',
    derPath,
    '--type',
    'cert',
    ...names(kind),
  ])
  return { derPath, pemPath, der: await readFile(derPath), ckaId: kind.ckaId }
}

/** The private key is born in the token, sensitive and never extractable; only its public half comes out. */
async function generateInside(place: Place, kind: CertificateKind): Promise<string> {
  const spki = join(place.dir, `${kind.name}.spki`)
  const publicPem = join(place.dir, `${kind.name}.pub.pem`)
  await pkcs11Tool(place, [
    ...['--login', '--pin', place.pin, '--keypairgen', '--key-type', kind.keyType],
    ...['--sensitive', '--usage-sign', ...names(kind)],
  ])
  await pkcs11Tool(place, ['--read-object', '--type', 'pubkey', '--id', kind.ckaId, '--output-file', spki])
  await run('openssl', ['pkey', '-pubin', '-inform', 'DER', '-in', spki, '-out', publicPem])
  return publicPem
}

const names = (kind: CertificateKind) => ['--id', kind.ckaId, '--label', kind.name]

function pkcs11Tool(place: Place, args: readonly string[]) {
  return run('pkcs11-tool', ['--module', place.library, '--token-label', place.tokenLabel, ...args], {
    env: place.env,
  })
}

/** RSA certificates carry the USCC in the subject (OU), EC ones in the extension of GM/T 0015, to have both. */
async function certify(dir: string, kind: CertificateKind, publicPem: string, out: string): Promise<void> {
  const inSubject = kind.keyType === 'rsa:2048'
  const subject = `/C=CN/ST=辽宁省/L=沈阳市/O=${TEST_HOLDER}${inSubject ? `/OU=${TEST_USCC}` : ''}/CN=${TEST_HOLDER}`
  const throwaway = join(dir, `${kind.name}.csr.key`)
  const csr = join(dir, `${kind.name}.csr`)
  const extensions = join(dir, `${kind.name}.ext`)
  await writeFile(
    extensions,
    [
      'basicConstraints = critical,CA:FALSE',
      `keyUsage = ${kind.keyUsage}`,
      'subjectKeyIdentifier = hash',
      ...(inSubject ? [] : [`1.2.156.10260.4.1.4 = ASN1:UTF8String:${TEST_USCC}`]),
    ].join('\n'),
  )
  const ecKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  await run('openssl', [
    'req',
    '-new',
    ...ecKey,
    '-nodes',
    '-utf8',
    '-keyout',
    throwaway,
    '-out',
    csr,
    '-subj',
    subject,
  ])
  await issue(dir, { csr, extensions, publicPem, out, dates: kind.dates })
}
