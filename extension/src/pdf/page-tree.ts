/** Walks the page tree (ISO 32000-1 §7.7.3) with inherited attributes, and refuses every tree viewers could walk differently. */
import { maxDepth, maxPages } from './limits.js'
import type { ObjectStore } from './object-store.js'
import { refusal } from './refusal.js'
import {
  asInteger,
  asName,
  asNumber,
  isDict,
  isRef,
  type PdfDict,
  type PdfRef,
  type PdfValue,
} from './value.js'

/** [left, bottom, right, top] in points of the page's default user space, ordered. */
export type Box = readonly [number, number, number, number]

export interface PageInfo {
  /** 0-based. */
  readonly index: number
  /** As shown on screen, after rotation: points of the visible area. */
  readonly width: number
  readonly height: number
  /** Clockwise, degrees. */
  readonly rotate: 0 | 90 | 180 | 270
  readonly mediaBox: Box
  /** The visible area: the crop box cut to the media box. */
  readonly cropBox: Box
}

export interface PageLeaf {
  readonly info: PageInfo
  readonly ref: PdfRef
  readonly dict: PdfDict
  /** Inherited or own. */
  readonly resources: PdfValue
  /** False when /Parent does not name the node we came from: viewers may inherit differently. */
  readonly hasRightParent: boolean
}

interface Inherited {
  readonly MediaBox?: PdfValue
  readonly CropBox?: PdfValue
  readonly Rotate?: PdfValue
  readonly Resources?: PdfValue
}

interface Walk {
  readonly store: ObjectStore
  readonly seen: Set<number>
  readonly leaves: PageLeaf[]
}

export async function readPages(store: ObjectStore, catalog: PdfDict): Promise<PageLeaf[]> {
  const root = catalog.get('Pages')
  if (!isRef(root)) throw refusal('pdf.damaged', 'page-tree')
  const walk: Walk = { store, seen: new Set(), leaves: [] }
  await visit(walk, root, null, {}, 0)
  if (walk.leaves.length === 0) throw refusal('pdf.damaged', 'no-pages')
  return walk.leaves
}

async function visit(walk: Walk, ref: PdfRef, parent: PdfRef | null, above: Inherited, depth: number) {
  if (depth > maxDepth) throw refusal('pdf.too-complex', 'page-tree-depth')
  if (walk.seen.has(ref.num)) throw refusal('pdf.too-complex', 'page-tree-circular')
  walk.seen.add(ref.num)
  const node = (await walk.store.load(ref.num, ref.gen))?.value
  if (!isDict(node)) throw refusal('pdf.damaged', 'page-node')
  const inherited = inherit(above, node)
  if (node.has('Kids')) return visitKids(walk, ref, node, inherited, depth)
  if (parent === null) throw refusal('pdf.damaged', 'no-pages')
  await addLeaf(walk, ref, node, parent, inherited)
}

async function visitKids(walk: Walk, ref: PdfRef, node: PdfDict, inherited: Inherited, depth: number) {
  requireType(node, 'Pages')
  const kids = await walk.store.arrayAt(node.get('Kids'))
  if (!kids) throw refusal('pdf.damaged', 'page-kids')
  const before = walk.leaves.length
  for (const kid of kids) {
    if (!isRef(kid)) throw refusal('pdf.damaged', 'page-kid')
    await visit(walk, kid, ref, inherited, depth + 1)
  }
  // A wrong /Count makes viewers show different pages under the same number.
  const count = asInteger(await walk.store.resolve(node.get('Count')))
  if (count !== walk.leaves.length - before) throw refusal('pdf.too-complex', 'page-count')
}

async function addLeaf(walk: Walk, ref: PdfRef, dict: PdfDict, parent: PdfRef, inherited: Inherited) {
  requireType(dict, 'Page')
  if (walk.leaves.length >= maxPages) throw refusal('pdf.too-complex', 'pages')
  const info = await pageInfo(walk, inherited)
  const named = dict.get('Parent')
  const hasRightParent = isRef(named) && named.num === parent.num
  walk.leaves.push({ info, ref, dict, resources: inherited.Resources ?? null, hasRightParent })
}

function requireType(node: PdfDict, type: string): void {
  const found = asName(node.get('Type'))
  if (found !== undefined && found !== type) throw refusal('pdf.damaged', 'page-type')
}

function inherit(above: Inherited, node: PdfDict): Inherited {
  const own: Record<string, PdfValue> = {}
  for (const key of ['MediaBox', 'CropBox', 'Rotate', 'Resources']) {
    const value = node.get(key)
    if (value !== undefined && value !== null) own[key] = value
  }
  return { ...above, ...own }
}

async function pageInfo(walk: Walk, inherited: Inherited): Promise<PageInfo> {
  const mediaBox = await readBox(walk.store, inherited.MediaBox)
  if (!mediaBox) throw refusal('pdf.damaged', 'media-box')
  const crop = await readBox(walk.store, inherited.CropBox)
  const cropBox = crop ? intersect(mediaBox, crop) : mediaBox
  const rotate = await readRotate(walk.store, inherited.Rotate)
  const [left, bottom, right, top] = cropBox
  const isSideways = rotate === 90 || rotate === 270
  return {
    index: walk.leaves.length,
    width: isSideways ? top - bottom : right - left,
    height: isSideways ? right - left : top - bottom,
    rotate,
    mediaBox,
    cropBox,
  }
}

/** §7.9.5: any two opposite corners. */
async function readBox(store: ObjectStore, value: PdfValue | undefined): Promise<Box | null> {
  const corners = await store.arrayAt(value)
  if (!corners) return null
  const numbers: number[] = []
  for (const corner of corners) numbers.push(asNumber(await store.resolve(corner)) ?? Number.NaN)
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = numbers
  if (numbers.length !== 4 || numbers.some((number) => !Number.isFinite(number)) || x1 === x2 || y1 === y2) {
    throw refusal('pdf.damaged', 'page-box')
  }
  return [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)]
}

function intersect(media: Box, crop: Box): Box {
  const box: Box = [
    Math.max(media[0], crop[0]),
    Math.max(media[1], crop[1]),
    Math.min(media[2], crop[2]),
    Math.min(media[3], crop[3]),
  ]
  return box[2] > box[0] && box[3] > box[1] ? box : media
}

async function readRotate(store: ObjectStore, value: PdfValue | undefined): Promise<0 | 90 | 180 | 270> {
  if (value === undefined) return 0
  const degrees = asInteger(await store.resolve(value))
  const turned = degrees === undefined ? Number.NaN : ((degrees % 360) + 360) % 360
  if (turned === 0 || turned === 90 || turned === 180 || turned === 270) return turned
  throw refusal('pdf.damaged', 'rotate')
}
