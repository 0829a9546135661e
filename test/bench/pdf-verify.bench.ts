/** Verifying a signed PDF of 50 MB by our own rules, hash and CMS included, beside pdfsig on the same file. */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkCms } from '../../extension/src/pdf/cms-check.js'
import { blobSource, verifyPdf } from '../../extension/src/pdf/index.js'
import type { Benchmark } from './bench.js'
import { makePdf, signWithOpenssl } from './pdf-files.js'
import { median, p95, sample } from './statistics.js'

const run = promisify(execFile)
const N = 11

async function verify(file: Blob): Promise<void> {
  const { signatures } = await verifyPdf(blobSource(file), { verifyCms: checkCms })
  const [only, ...others] = signatures
  const isAccepted = only?.structure === 'ok' && only.cmsVerdict?.verdict === 'ok' && others.length === 0
  if (!isAccepted) throw new Error(`not accepted: ${only?.structure} ${only?.cmsVerdict?.verdict}`)
}

export default {
  ids: ['pdf.verify.50mb'],
  run: async (bench) => {
    const dir = await bench.makeDir('verify')
    const signed = await signWithOpenssl(new Blob([await makePdf(true)]), dir)
    const path = join(dir, 'signed.pdf')
    await writeFile(path, Buffer.from(await signed.arrayBuffer()))
    const ours = await sample({ warmUp: 2, n: N }, () => verify(signed))
    const theirs = await sample({ warmUp: 1, n: N }, () => run('pdfsig', ['-nocert', path]))
    bench.report({
      id: 'pdf.verify.50mb',
      value: median(ours),
      unit: 'ms',
      peer: 'pdfsig as a process',
      peerValue: median(theirs),
      ratio: median(ours) / median(theirs),
      n: N,
      note: `median; p95 ${p95(ours).toFixed(0)}; hash included`,
    })
  },
} satisfies Benchmark
