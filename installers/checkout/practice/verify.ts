/** Says whether a signed file holds: by our own verifier, and by pdfsig where that is installed. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { checkCms } from '../../../extension/src/pdf/cms-check.js'
import { bytesSource, verifyPdf } from '../../../extension/src/pdf/index.js'

export interface Verdict {
  readonly ok: boolean
  readonly signatures: readonly {
    readonly fieldName: string
    readonly structure: string
    readonly cms: string
    readonly changedAfter: string
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
    ok: accepts && last?.structure === 'ok' && last.cmsVerdict?.verdict === 'ok' && last.coversWholeFile,
    signatures: signatures.map(({ fieldName, structure, coversWholeFile, changedAfter, cmsVerdict }) => ({
      ...{ fieldName, structure, coversWholeFile, changedAfter },
      cms: cmsVerdict?.verdict ?? 'not-checked',
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
