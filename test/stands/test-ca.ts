/** The test certificate authority: makes itself with openssl and certifies public keys, also for the past. */
import { execFile } from 'node:child_process'
import { randomBytes, sign, X509Certificate } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Validity as UTCTime (YYMMDDhhmmssZ). */
export interface Dates {
  readonly start: string
  readonly end: string
}

export async function makeCa(dir: string): Promise<{ caPem: string; caDer: string }> {
  const caPem = join(dir, 'ca.pem')
  const caDer = join(dir, 'ca.der')
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-sha256', '-days', '3650', '-utf8'],
    ...[
      '-keyout',
      join(dir, 'ca.key'),
      '-out',
      caPem,
      '-subj',
      '/C=CN/O=测试证书有限公司/CN=测试证书机构 根',
    ],
    ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ])
  await run('openssl', ['x509', '-in', caPem, '-outform', 'DER', '-out', caDer])
  return { caPem, caDer }
}

export interface Issue {
  readonly csr: string
  readonly extensions: string
  readonly publicPem: string
  readonly out: string
  readonly dates: Dates | undefined
}

export async function issue(dir: string, request: Issue): Promise<void> {
  const serial = `0x${randomBytes(12).toString('hex')}`
  await run('openssl', [
    ...['x509', '-req', '-in', request.csr, '-CA', join(dir, 'ca.pem'), '-CAkey', join(dir, 'ca.key')],
    ...['-force_pubkey', request.publicPem, '-sha256', '-set_serial', serial, '-days', '800'],
    ...['-extfile', request.extensions, '-out', request.out],
  ])
  if (request.dates !== undefined) await redate(dir, request.out, request.dates)
}

/** OpenSSL 3.0 cannot issue for the past with a foreign key: put other dates in and let the CA sign it again. */
async function redate(dir: string, path: string, dates: Dates): Promise<void> {
  const der = new X509Certificate(await readFile(path)).raw
  const isUtcTime = (at: number) => der[at] === 0x17 && der[at + 1] === 13 && der[at + 14] === 0x5a
  const first = der.findIndex((_, at) => isUtcTime(at) && isUtcTime(at + 15))
  der.write(dates.start, first + 2, 'latin1')
  der.write(dates.end, first + 17, 'latin1')
  const toBeSigned = der.subarray(4, 8 + der.readUInt16BE(6))
  sign('sha256', toBeSigned, await readFile(join(dir, 'ca.key'))).copy(der, der.length - 256)
  const body = der
    .toString('base64')
    .replace(/(.{64})/g, '$1\n')
    .trim()
  await writeFile(path, `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`)
}
