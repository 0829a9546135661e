/** The picture that is put on the paper: drawn from the holder's name and date, or the PNG the user chose. */
import { browser } from 'wxt/browser'
import { drawMark } from './seal-drawing'

/** Pixels ready for the PDF core: 3 bytes of colour and 1 byte of alpha each, row by row from the top. */
export interface SealPicture {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
  readonly alpha: Uint8Array
  readonly image: ImageData
  readonly kind: 'drawn' | 'own'
}

export const SEAL_KEY = 'seal-picture'
const MAX_SIDE = 900
/** Chrome keeps at most 10 MB in storage.local; a seal scan scaled to MAX_SIDE stays far below. */
const MAX_PNG_BYTES = 8 * 1024 * 1024

function split(image: ImageData, kind: SealPicture['kind']): SealPicture {
  const pixels = image.width * image.height
  const rgb = new Uint8Array(pixels * 3)
  const alpha = new Uint8Array(pixels)
  for (let at = 0; at < pixels; at++) {
    rgb[at * 3] = image.data[at * 4] ?? 0
    rgb[at * 3 + 1] = image.data[at * 4 + 1] ?? 0
    rgb[at * 3 + 2] = image.data[at * 4 + 2] ?? 0
    alpha[at] = image.data[at * 4 + 3] ?? 0
  }
  return { width: image.width, height: image.height, rgb, alpha, image, kind }
}

/** The standard mark: 电子签章, holder, date. `holder` is null until a certificate is chosen. */
export function drawnPicture(holder: string | null, practice: boolean, at: Date): SealPicture {
  return split(drawMark(holder, practice, at), 'drawn')
}

async function pixelsOf(png: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(png)
  const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height))
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  )
  const context = canvas.getContext('2d')
  if (!context) throw new DOMException('canvas')
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  return context.getImageData(0, 0, canvas.width, canvas.height)
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  }
  return btoa(text)
}

/** Keeps a PNG as the user's seal, scaled down. False when it is no readable picture. */
export async function keepOwnPicture(file: Blob): Promise<boolean> {
  if (file.size > MAX_PNG_BYTES || file.type !== 'image/png') return false
  try {
    const image = await pixelsOf(file)
    const canvas = new OffscreenCanvas(image.width, image.height)
    canvas.getContext('2d')?.putImageData(image, 0, 0)
    const small = await canvas.convertToBlob({ type: 'image/png' })
    const base64 = toBase64(new Uint8Array(await small.arrayBuffer()))
    await browser.storage.local.set({ [SEAL_KEY]: base64 })
    return true
  } catch {
    return false
  }
}

export async function forgetOwnPicture(): Promise<void> {
  await browser.storage.local.remove(SEAL_KEY)
}

/** The kept PNG as pixels, or null when there is none. */
export async function ownPicture(): Promise<SealPicture | null> {
  const base64 = (await browser.storage.local.get(SEAL_KEY))[SEAL_KEY]
  if (typeof base64 !== 'string') return null
  try {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
    return split(await pixelsOf(new Blob([bytes], { type: 'image/png' })), 'own')
  } catch {
    return null
  }
}

/** Size on paper in points: 60 mm wide for the mark, 42 mm for a seal of one's own (the size of a company seal). */
export function paperSize(picture: { width: number; height: number; kind: SealPicture['kind'] }) {
  const mm = 72 / 25.4
  const width = (picture.kind === 'drawn' ? 60 : 42) * mm
  return { width, height: (width * picture.height) / picture.width }
}
