/** Says whether a signed file holds: by our own verifier, and by pdfsig where that is installed. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { bytesSource, checkCms, verifyPdf } from '../../../extension/src/pdf/index.js'

export interface Verdict {
  readonly ok: boolean
  readonly signatures: readonly {
    readonly fieldName: string
    readonly structure: string
    readonly coversWholeFile: boolean
  }[]
  /** pdfsig's own sentence on the last signature; null where it is not installed. */
  readonly pdfsig: string | null
}

export async function verifySigned(path: string): Promise<Verdict> {
  const source = bytesSource(new Uint8Array(await readFile(path)))
  const { signatures } = await verifyPdf(source, { verifyCms: checkCms })
  const last = signatures.at(-1)
  const sentence = await askPdfsig(path)
  const accepts = sentence === null || sentence === 'Signature is Valid.'
  return {
    ok: last?.structure === 'ok' && last.coversWholeFile && accepts,
    signatures: signatures.map(({ fieldName, structure, coversWholeFile }) => ({
      fieldName,
      structure,
      coversWholeFile,
    })),
    pdfsig: sentence,
  }
}

async function askPdfsig(path: string): Promise<string | null> {
  try {
    // Nobody trusts the practice certificate, so the certificate's own chain is not asked about.
    const { stdout } = await promisify(execFile)('pdfsig', ['-nocert', path], {
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    })
    return [...stdout.matchAll(/Signature Validation: (.*)/g)].at(-1)?.[1] ?? 'no signature found'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
