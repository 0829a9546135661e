/** What independent programs say of a signed PDF: pdfsig (poppler, NSS), openssl and qpdf. */
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** One signature as pdfsig prints it. */
export interface PdfsigVerdict {
  readonly signature: string
  readonly certificate: string
  readonly wholeDocument: boolean
}

/** Asks pdfsig with a certificate store that trusts `caPem` and nothing else. `dir` must be new to this call. */
export async function pdfsig(file: string, caPem: string, dir: string): Promise<readonly PdfsigVerdict[]> {
  await mkdir(dir, { recursive: true })
  await run('certutil', ['-N', '-d', `sql:${dir}`, '--empty-password'])
  await run('certutil', ['-A', '-d', `sql:${dir}`, '-n', 'test-ca', '-t', 'CT,C,C', '-i', caPem])
  const { stdout } = await run('pdfsig', ['-nssdir', `sql:${dir}`, file], {
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  })
  return stdout
    .split(/^Signature #\d+:$/m)
    .slice(1)
    .map((part) => ({
      signature: /Signature Validation: (.*)/.exec(part)?.[1] ?? '',
      certificate: /Certificate Validation: (.*)/.exec(part)?.[1] ?? '',
      wholeDocument: part.includes('Total document signed'),
    }))
}

/** Byte ranges of all signatures in a file, in the order they stand in it. */
export function byteRanges(pdf: Buffer): readonly (readonly [number, number, number, number])[] {
  const found = pdf.toString('latin1').matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)
  return [...found].map(([, a, b, c, d]) => [Number(a), Number(b), Number(c), Number(d)] as const)
}

/** Lets openssl verify each signature's CMS over the bytes it covers; throws with openssl's words. */
export async function opensslVerifies(file: string, caPem: string, dir: string): Promise<number> {
  await mkdir(dir, { recursive: true })
  const pdf = await readFile(file)
  const ranges = byteRanges(pdf)
  for (const [index, [start, length, next, rest]] of ranges.entries()) {
    const content = join(dir, `content-${index}`)
    const cms = join(dir, `cms-${index}.der`)
    const hex = pdf
      .subarray(start + length, next)
      .toString('latin1')
      .replace(/[<>\s]/g, '')
    await writeFile(content, Buffer.concat([pdf.subarray(start, length), pdf.subarray(next, next + rest)]))
    await writeFile(cms, Buffer.from(hex, 'hex'))
    await run('openssl', [
      ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', cms, '-content', content],
      ...['-CAfile', caPem, '-purpose', 'any', '-out', '/dev/null'],
    ])
  }
  return ranges.length
}

/** Lets qpdf check the structure; throws with qpdf's words. */
export async function qpdfChecks(file: string): Promise<string> {
  const { stdout } = await run('qpdf', ['--check', file])
  return stdout
}
