/** Test stand: real PDFs (pdf-lib, qpdf), a real CA and CMS made by openssl, and the independent judges pdfsig, openssl and qpdf. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PDFDocument, StandardFonts } from 'pdf-lib'
import {
  bytesSource,
  digestOf,
  insertCms,
  openPdf,
  prepareSignature,
  type SealAppearance,
  type SignatureRequest,
} from '../../../extension/src/pdf/index.js'

export type KeyKind = 'rsa' | 'ec'

const keyArguments: Record<KeyKind, string[]> = {
  rsa: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  ec: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
}

/** One temporary folder with a CA, two signers and an NSS database that trusts the CA. */
export class SigningStand {
  readonly folder = mkdtempSync(join(tmpdir(), 'suoqiao-pdf-'))
  #files = 0

  constructor() {
    this.#openssl('genpkey', ...keyArguments.rsa, '-out', 'ca.key')
    const extensions = [
      '-addext',
      'basicConstraints=critical,CA:TRUE',
      '-addext',
      'keyUsage=keyCertSign,cRLSign',
    ]
    this.#openssl(
      'req',
      '-x509',
      '-key',
      'ca.key',
      '-subj',
      '/CN=Test CA',
      '-days',
      '3650',
      '-out',
      'ca.pem',
      ...extensions,
    )
    for (const kind of ['rsa', 'ec'] as const) this.#makeSigner(kind)
    this.#run('certutil', '-N', '-d', 'sql:.', '--empty-password')
    this.#run('certutil', '-A', '-d', 'sql:.', '-n', 'ca', '-t', 'CT,CT,CT', '-i', 'ca.pem')
  }

  #makeSigner(kind: KeyKind): void {
    this.#openssl('genpkey', ...keyArguments[kind], '-out', `${kind}.key`)
    this.#openssl('req', '-new', '-key', `${kind}.key`, '-subj', `/CN=Signer ${kind}`, '-out', `${kind}.csr`)
    writeFileSync(
      this.path('leaf.ext'),
      'keyUsage=digitalSignature,nonRepudiation\nbasicConstraints=CA:FALSE\n',
    )
    const issuer = [
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '3650',
      '-extfile',
      'leaf.ext',
    ]
    this.#openssl('x509', '-req', '-in', `${kind}.csr`, ...issuer, '-out', `${kind}.pem`)
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  #run(command: string, ...args: string[]): Buffer {
    return execFileSync(command, args, {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1 << 28,
    })
  }

  #openssl(...args: string[]): Buffer {
    return this.#run('openssl', ...args)
  }

  /** Detached CAdES CMS over the given bytes. */
  cms(content: Uint8Array, kind: KeyKind, ...extra: string[]): Uint8Array {
    writeFileSync(this.path('content.bin'), content)
    // CAdES is a set of signed attributes: without them there is only plain CMS.
    const profile = extra.includes('-noattr') ? [] : ['-cades']
    const signer = ['-signer', `${kind}.pem`, '-inkey', `${kind}.key`, '-md', 'sha256', '-nosmimecap']
    this.#openssl(
      'cms',
      '-sign',
      ...profile,
      '-binary',
      '-in',
      'content.bin',
      '-outform',
      'DER',
      '-out',
      'out.der',
      ...signer,
      ...extra,
    )
    return new Uint8Array(readFileSync(this.path('out.der')))
  }

  /** Signs as the extension does, with openssl in the token's place. */
  async sign(
    file: Uint8Array,
    kind: KeyKind = 'rsa',
    change: Partial<SignatureRequest> = {},
  ): Promise<Uint8Array> {
    const source = bytesSource(file)
    const prepared = await prepareSignature(await openPdf(source), { ...defaultRequest, ...change })
    const [, before, after] = prepared.byteRange
    const whole = Buffer.concat([file, prepared.tail])
    const content = Buffer.concat([whole.subarray(0, before), whole.subarray(after)])
    const digest = await digestOf(source, prepared)
    const expected = await crypto.subtle.digest('SHA-256', content)
    if (Buffer.compare(digest, Buffer.from(expected)) !== 0)
      throw new Error('digestOf differs from the whole digest')
    return new Uint8Array(Buffer.concat([file, insertCms(prepared, this.cms(content, kind))]))
  }

  write(bytes: Uint8Array): string {
    const name = this.path(`${++this.#files}.pdf`)
    writeFileSync(name, bytes)
    return name
  }

  /** What poppler's pdfsig says, one block of text per signature. */
  pdfsig(bytes: Uint8Array): string[] {
    const result = spawnSync('pdfsig', ['-nssdir', `sql:${this.folder}`, this.write(bytes)], {
      encoding: 'utf8',
    })
    return result.stdout.split(/^Signature #\d+:/m).slice(1)
  }

  /** qpdf --check: 0 clean, 3 warnings, 2 errors. */
  qpdfCheck(bytes: Uint8Array): number {
    return spawnSync('qpdf', ['--check', this.write(bytes)]).status ?? -1
  }

  qpdf(bytes: Uint8Array, ...args: string[]): Uint8Array {
    const out = this.path(`q${++this.#files}.pdf`)
    this.#run('qpdf', this.write(bytes), ...args, out)
    return new Uint8Array(readFileSync(out))
  }

  /** openssl's verdict on one signature's ByteRange bytes. */
  opensslVerifies(bytes: Uint8Array, byteRange: readonly number[], cms: Uint8Array): boolean {
    const [, before = 0, after = 0, rest = 0] = byteRange
    writeFileSync(
      this.path('v.bin'),
      Buffer.concat([bytes.subarray(0, before), bytes.subarray(after, after + rest)]),
    )
    writeFileSync(this.path('v.der'), cms)
    const args = [
      'cms',
      '-verify',
      '-inform',
      'DER',
      '-in',
      'v.der',
      '-content',
      'v.bin',
      '-binary',
      '-CAfile',
      'ca.pem',
    ]
    const result = spawnSync('openssl', [...args, '-purpose', 'any', '-cades', '-out', '/dev/null'], {
      cwd: this.folder,
    })
    return result.status === 0
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A red disc on nothing, 40 × 40 pixels. */
export const seal: SealAppearance = {
  width: 40,
  height: 40,
  rgb: Uint8Array.from({ length: 4800 }, (_, index) => (index % 3 === 0 ? 200 : 20)),
  alpha: Uint8Array.from({ length: 1600 }, (_, i) =>
    Math.hypot((i % 40) - 20, Math.floor(i / 40) - 20) < 19 ? 200 : 0,
  ),
}

export const defaultRequest: SignatureRequest = {
  page: 0,
  rect: [100, 100, 200, 200],
  appearance: seal,
  fieldName: '签章',
  signerName: '测试单位',
  reason: '投标',
  signingTime: new Date('2026-11-21T08:30:00Z'),
  maxCmsBytes: 6144,
}

/** An unsigned document with a line of text on each page. */
export async function plainPdf(pages = 1, useObjectStreams = false): Promise<Uint8Array> {
  const document = await PDFDocument.create()
  document.setCreationDate(new Date(0))
  document.setModificationDate(new Date(0))
  const font = await document.embedFont(StandardFonts.Helvetica)
  for (let page = 0; page < pages; page++)
    document.addPage([595, 842]).drawText(`Page ${page + 1}`, { x: 50, y: 700, font })
  return document.save({ useObjectStreams })
}

/** One page with 50 MB of stream data that nothing shows, as a scan would have. */
export async function bigPdf(bytes = 50 * 1024 * 1024): Promise<Uint8Array> {
  const document = await PDFDocument.create()
  for (let page = 0; page < 200; page++) document.addPage([595, 842])
  const noise = Buffer.alloc(bytes)
  for (let at = 0; at < bytes; at += 4) noise.writeUInt32LE(Math.imul(at + 1, 2_654_435_761) >>> 0, at)
  document.context.register(document.context.stream(noise))
  return document.save({ useObjectStreams: false })
}
