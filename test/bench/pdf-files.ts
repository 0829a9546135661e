/** The files of the PDF figures: one page, once small and once with 50 MB of picture data that nothing can compress. */
import { execFile } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PDFDocument, PDFName, StandardFonts } from 'pdf-lib'
import {
  blobSource,
  insertCms,
  openPdf,
  type PreparedSignature,
  prepareSignature,
  type SealAppearance,
  type SignatureRequest,
} from '../../extension/src/pdf/index.js'
import { makeCa } from '../stands/test-ca.js'

const run = promisify(execFile)

/** 5 000 × 3 334 pixels of RGB: 50.01 MB. */
const PICTURE = { width: 5000, height: 3334 }
const SEAL = { width: 300, height: 300 }
const MAX_CMS_BYTES = 12_288

/** A page as the portal's undertaking is one, with a picture of `bytes` raw noise when asked for. */
export async function makePdf(withPicture: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const pdf = await PDFDocument.create()
  const page = pdf.addPage([595, 842])
  const font = await pdf.embedFont(StandardFonts.Helvetica)
  for (let line = 0; line < 40; line += 1) {
    page.drawText(`${line + 1}. We keep faith and pay our workers in time.`, {
      x: 60,
      y: 760 - line * 16,
      size: 11,
      font,
    })
  }
  if (withPicture) {
    const noise = randomFillSync(new Uint8Array(PICTURE.width * PICTURE.height * 3))
    const image = pdf.context.stream(noise, {
      Type: 'XObject',
      Subtype: 'Image',
      Width: PICTURE.width,
      Height: PICTURE.height,
      ColorSpace: 'DeviceRGB',
      BitsPerComponent: 8,
    })
    page.node.setXObject(PDFName.of('Scan'), pdf.context.register(image))
  }
  return new Uint8Array(await pdf.save({ useObjectStreams: false }))
}

/** A red ring on nothing, as the drawn seal is. */
export const seal: SealAppearance = (() => {
  const rgb = new Uint8Array(SEAL.width * SEAL.height * 3)
  const alpha = new Uint8Array(SEAL.width * SEAL.height)
  for (let at = 0; at < alpha.length; at += 1) {
    const distance = Math.hypot((at % SEAL.width) - 150, Math.floor(at / SEAL.width) - 150)
    rgb[at * 3] = 200
    alpha[at] = distance > 130 && distance < 145 ? 255 : 0
  }
  return { ...SEAL, rgb, alpha }
})()

export function signatureRequest(): SignatureRequest {
  return {
    page: 0,
    rect: [380, 100, 480, 200],
    appearance: seal,
    fieldName: '签章1',
    signerName: '辽宁测试建筑有限公司',
    signingTime: new Date(),
    maxCmsBytes: MAX_CMS_BYTES,
  }
}

/** The bytes that prepared.byteRange covers. */
async function signedBytes(file: Blob, prepared: PreparedSignature): Promise<Buffer> {
  const [, before, after, rest] = prepared.byteRange
  const whole = new Blob([file, prepared.tail])
  const parts = new Blob([whole.slice(0, before), whole.slice(after, after + rest)])
  return Buffer.from(await parts.arrayBuffer())
}

/** Signs a file with an openssl CMS of a fresh test CA's own key, so that there is something true to verify. */
export async function signWithOpenssl(file: Blob, dir: string): Promise<Blob> {
  const prepared = await prepareSignature(await openPdf(blobSource(file)), signatureRequest())
  const { caPem } = await makeCa(dir)
  const data = join(dir, 'signed-bytes')
  const cms = join(dir, 'cms.der')
  await writeFile(data, await signedBytes(file, prepared))
  await run('openssl', [
    ...['cms', '-sign', '-binary', '-cades', '-md', 'sha256', '-outform', 'DER', '-in', data, '-out', cms],
    ...['-signer', caPem, '-inkey', join(dir, 'ca.key')],
  ])
  return new Blob([file, insertCms(prepared, new Uint8Array(await readFile(cms)))])
}
