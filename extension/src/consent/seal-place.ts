/** Where the seal stands on a page, in points of the page as displayed: origin top left, after the page's rotation. */

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface SealPlace extends Box {
  /** 0-based. */
  readonly page: number
}

export interface TextBox extends Box {
  readonly text: string
}

export interface PageSize {
  readonly width: number
  readonly height: number
}

const MIN_SIDE = 24
const GAP = 4
const MARGIN = 56
/** Where portals' documents ask for the seal, most exact first. */
const sealTexts = [
  /承诺单位|承诺人|承诺企业/,
  /[（(]\s*(?:盖\s*章|公\s*章|签\s*章)\s*[)）]/,
  /盖\s*章|公\s*章|签\s*章/,
]

/** Keeps the whole seal on the paper. */
export function clampTo(page: PageSize, box: Box): Box {
  const width = Math.min(box.width, page.width)
  const height = Math.min(box.height, page.height)
  return {
    width,
    height,
    x: Math.min(Math.max(box.x, 0), page.width - width),
    y: Math.min(Math.max(box.y, 0), page.height - height),
  }
}

export function moveBy(page: PageSize, place: SealPlace, dx: number, dy: number): SealPlace {
  return { ...place, ...clampTo(page, { ...place, x: place.x + dx, y: place.y + dy }) }
}

/** Which corner is pulled: -1 left or top, 1 right or bottom. The opposite corner stays where it is. */
export interface Corner {
  readonly x: -1 | 1
  readonly y: -1 | 1
}

/** Pulls a corner by dx points; the picture keeps its shape. */
export function resizeBy(page: PageSize, place: SealPlace, corner: Corner, dx: number): SealPlace {
  const ratio = place.height / place.width
  const fixedX = corner.x === 1 ? place.x : place.x + place.width
  const fixedY = corner.y === 1 ? place.y : place.y + place.height
  const roomX = corner.x === 1 ? page.width - fixedX : fixedX
  const roomY = corner.y === 1 ? page.height - fixedY : fixedY
  const smallest = Math.max(MIN_SIDE, MIN_SIDE / ratio)
  const largest = Math.min(roomX, roomY / ratio)
  const width = Math.min(Math.max(place.width + dx * corner.x, smallest), largest)
  const height = width * ratio
  const x = corner.x === 1 ? fixedX : fixedX - width
  const y = corner.y === 1 ? fixedY : fixedY - height
  return { page: place.page, x, y, width, height }
}

export function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/** True when the seal would lie on text: a hint, never a stop, because a seal across a name is usual. */
export function coversText(place: Box, texts: readonly TextBox[]): boolean {
  return texts.some((text) => text.text.trim() !== '' && overlaps(place, text))
}

function anchor(texts: readonly TextBox[]): TextBox | undefined {
  for (const pattern of sealTexts) {
    const found = texts.findLast((text) => pattern.test(text.text))
    if (found) return found
  }
  return undefined
}

/** Free places around the text that asks for the seal, best first; the last resort lies across its end. */
function around(size: PageSize, at: TextBox): Box[] {
  const { width, height } = size
  const middle = at.y + at.height / 2
  const end = at.x + at.width
  return [
    { width, height, x: end + GAP, y: middle - height / 2 },
    { width, height, x: end - width, y: at.y + at.height + GAP },
    { width, height, x: at.x, y: at.y + at.height + GAP },
    { width, height, x: end - width, y: at.y - height - GAP },
    { width, height, x: end - width * 0.75, y: middle - height * 0.4 },
  ]
}

function inside(page: PageSize, box: Box): boolean {
  return box.x >= 0 && box.y >= 0 && box.x + box.width <= page.width && box.y + box.height <= page.height
}

/** The first proposal: beside 承诺单位（盖章） on the page when it is there and free, else lower right. */
export function proposePlace(
  page: PageSize & { readonly index: number },
  seal: PageSize,
  texts: readonly TextBox[],
): SealPlace {
  const at = anchor(texts)
  const lowerRight = {
    ...seal,
    x: page.width - seal.width - MARGIN,
    y: page.height - seal.height - MARGIN,
  }
  const tries = at ? around(seal, at) : [lowerRight]
  const free = tries.find((box) => inside(page, box) && !coversText(box, texts))
  const best = free ?? tries.at(-1) ?? lowerRight
  return { page: page.index, ...clampTo(page, best) }
}
