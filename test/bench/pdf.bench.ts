/** The PDF core on one page and on 50 MB: preparing and inserting, and hashing; through the code the extension runs. */
import { createHash, randomBytes } from 'node:crypto'
import { PDFDocument, PDFName } from 'pdf-lib'
import { blobSource, digestOf, insertCms, openPdf, prepareSignature } from '../../extension/src/pdf/index.js'
import type { Bench, Benchmark } from './bench.js'
import { makePdf, seal, signatureRequest } from './pdf-files.js'
import { median, p95, sample } from './statistics.js'

const WORK_BUDGET_MS = 50
/** About what a CMS with RSA-2048 and one CA certificate takes. */
const cms = new Uint8Array(randomBytes(2550))

/** Open, prepare, insert: all our work on the file but the hash. The result stays a Blob of original and tail. */
async function signWork(file: Blob): Promise<Blob> {
  const prepared = await prepareSignature(await openPdf(blobSource(file)), signatureRequest())
  return new Blob([file, insertCms(prepared, cms)])
}

/** The peer cannot sign; loading, adding the same seal picture and writing again is the least a tool of its kind does. */
async function loadSealSave(bytes: Uint8Array): Promise<void> {
  const pdf = await PDFDocument.load(bytes)
  const common = {
    Type: 'XObject',
    Subtype: 'Image',
    Width: seal.width,
    Height: seal.height,
    BitsPerComponent: 8,
  }
  const mask = pdf.context.flateStream(seal.alpha, { ...common, ColorSpace: 'DeviceGray' })
  const picture = pdf.context.flateStream(seal.rgb, {
    ...common,
    ColorSpace: 'DeviceRGB',
    SMask: pdf.context.register(mask),
  })
  pdf.getPage(0).node.setXObject(PDFName.of('Seal'), pdf.context.register(picture))
  await pdf.save({ useObjectStreams: false })
}

const note = (samples: readonly number[]) => `median; p95 ${p95(samples).toFixed(2)}`

async function benchSigning(bench: Bench, id: string, bytes: Uint8Array<ArrayBuffer>, n: number) {
  const file = new Blob([bytes])
  const ours = await sample({ warmUp: 3, n }, () => signWork(file))
  const theirs = await sample({ warmUp: 1, n: Math.min(n, 11) }, () => loadSealSave(bytes))
  bench.report({
    id,
    value: median(ours),
    unit: 'ms',
    budget: WORK_BUDGET_MS,
    peer: 'pdf-lib: load, add seal, save',
    peerValue: median(theirs),
    ratio: median(ours) / median(theirs),
    n,
    note: note(ours),
  })
}

async function benchHash(bench: Bench, bytes: Uint8Array<ArrayBuffer>) {
  const file = new Blob([bytes])
  const source = blobSource(file)
  const prepared = await prepareSignature(await openPdf(source), signatureRequest())
  const n = 11
  const ours = await sample({ warmUp: 2, n }, () => digestOf(source, prepared))
  const theirs = await sample({ warmUp: 2, n }, async () => createHash('sha256').update(bytes).digest())
  bench.report({
    id: 'pdf.hash.50mb',
    value: median(ours),
    unit: 'ms',
    peer: 'node:crypto over the same bytes',
    peerValue: median(theirs),
    ratio: median(ours) / median(theirs),
    n,
    note: note(ours),
  })
}

export default {
  ids: ['pdf.sign.1page', 'pdf.sign.50mb', 'pdf.hash.50mb'],
  run: async (bench) => {
    if (bench.wants('pdf.sign.1page')) await benchSigning(bench, 'pdf.sign.1page', await makePdf(false), 200)
    const big = await makePdf(true)
    if (bench.wants('pdf.sign.50mb')) await benchSigning(bench, 'pdf.sign.50mb', big, 25)
    if (bench.wants('pdf.hash.50mb')) await benchHash(bench, big)
  },
} satisfies Benchmark
