/** Turns the seal's pixels into the image and form objects a signature widget shows. */

import { SuoqiaoError } from '@suoqiao/protocol'
import { zlibSync } from 'fflate'
import { bytesOf } from './bytes.js'
import { dictOf, nameOf, numberOf, type PdfDict, type PdfRef } from './value.js'

/** The seal as drawn: 8-bit samples, row by row from the top, not premultiplied. */
export interface SealAppearance {
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** width × height × 3 bytes. */
  readonly rgb: Uint8Array
  /** width × height bytes, 255 opaque. */
  readonly alpha: Uint8Array
}

interface EncodedSeal {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
  /** Deflated alpha; null when the seal is opaque or was flattened. */
  readonly alpha: Uint8Array | null
}

/** A 300 dpi scan of a 60 mm seal has 709 pixels. */
const maxSealPixels = 4096 * 4096

/** The same seal is used on every file of a batch: deflating half a megabyte of pixels each time would dominate. */
const encodedSeals = new WeakMap<SealAppearance, { soft?: EncodedSeal; flat?: EncodedSeal }>()

/** `flatten` puts the seal on white, for PDF/A-1 (ISO 19005-1 §6.4 forbids SMask). Throws request.invalid on wrong sizes. */
export function encodeSeal(seal: SealAppearance, flatten: boolean): EncodedSeal {
  const { width, height, rgb, alpha } = seal
  const pixels = width * height
  const isWhole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0
  if (!isWhole || pixels > maxSealPixels || rgb.length !== pixels * 3 || alpha.length !== pixels) {
    throw new SuoqiaoError('request.invalid', { reason: 'seal-size' })
  }
  const kept = encodedSeals.get(seal) ?? {}
  encodedSeals.set(seal, kept)
  if (flatten) {
    kept.flat ??= { width, height, rgb: zlibSync(flattenOnWhite(rgb, alpha)), alpha: null }
    return kept.flat
  }
  const isOpaque = alpha.every((value) => value === 255)
  kept.soft ??= { width, height, rgb: zlibSync(rgb), alpha: isOpaque ? null : zlibSync(alpha) }
  return kept.soft
}

function flattenOnWhite(rgb: Uint8Array, alpha: Uint8Array): Uint8Array {
  return rgb.map((sample, index) => {
    const cover = alpha[Math.floor(index / 3)] ?? 255
    return Math.round((sample * cover + 255 * (255 - cover)) / 255)
  })
}

export function imageDict(seal: EncodedSeal, colorSpace: string, mask: PdfRef | null): PdfDict {
  const dict = dictOf({
    Type: nameOf('XObject'),
    Subtype: nameOf('Image'),
    Width: numberOf(seal.width),
    Height: numberOf(seal.height),
    ColorSpace: nameOf(colorSpace),
    BitsPerComponent: numberOf(8),
    Filter: nameOf('FlateDecode'),
  })
  if (mask) dict.set('SMask', mask)
  return dict
}

/**
 * The form that draws the image upright on a page shown turned by `rotate` degrees clockwise: its matrix turns the
 * box back (§12.5.5, algorithm 8.1 fits the turned box to the widget's Rect). `width` and `height` are the Rect's, points.
 */
export function sealForm(
  image: PdfRef,
  width: number,
  height: number,
  rotate: 0 | 90 | 180 | 270,
): { dict: PdfDict; content: Uint8Array } {
  const isSideways = rotate === 90 || rotate === 270
  const boxWidth = isSideways ? height : width
  const boxHeight = isSideways ? width : height
  const matrices = {
    0: [1, 0, 0, 1, 0, 0],
    90: [0, 1, -1, 0, width, 0],
    180: [-1, 0, 0, -1, width, height],
    270: [0, -1, 1, 0, 0, height],
  }
  const dict = dictOf({
    Type: nameOf('XObject'),
    Subtype: nameOf('Form'),
    BBox: [0, 0, boxWidth, boxHeight].map(numberOf),
    Matrix: matrices[rotate].map(numberOf),
    Resources: dictOf({ XObject: dictOf({ Seal: image }) }),
  })
  const size = [boxWidth, boxHeight].map((side) => numberOf(side).raw)
  return { dict, content: bytesOf(`q ${size[0]} 0 0 ${size[1]} 0 0 cm /Seal Do Q`) }
}
