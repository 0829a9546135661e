/** pdf.js behind a small door: opens a file, draws pages, tells where text stands. Everything is read from the extension. */
import {
  GlobalWorkerOptions,
  getDocument,
  type PageViewport,
  type PDFDocumentProxy,
  type PDFPageProxy,
} from 'pdfjs-dist/legacy/build/pdf.mjs'
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'
import type { Box, PageSize, TextBox } from './seal-place'

export interface PageView {
  readonly pageCount: number
  /** Size of a page as displayed, in points. */
  pageSize(index: number): Promise<PageSize>
  /** Draws a page so that one point is `scale` canvas pixels. An aborted drawing rejects. */
  draw(index: number, canvas: HTMLCanvasElement, scale: number, signal: AbortSignal): Promise<void>
  /** Boxes of the page's text, in displayed points. */
  textBoxes(index: number): Promise<TextBox[]>
  /** Displayed points to the page's default user space, as [x1, y1, x2, y2]. */
  toUserSpace(index: number, box: Box): Promise<[number, number, number, number]>
  close(): Promise<void>
}

/** Where the build puts cMaps, fonts and wasm of pdf.js (wxt.config.ts). */
const ASSETS = '/pdfjs'

export async function openPageView(file: Blob): Promise<PageView> {
  GlobalWorkerOptions.workerSrc = workerUrl
  const task = getDocument({
    data: new Uint8Array(await file.arrayBuffer()),
    cMapUrl: `${ASSETS}/cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${ASSETS}/standard_fonts/`,
    wasmUrl: `${ASSETS}/wasm/`,
    enableXfa: false,
    stopAtErrors: false,
    verbosity: 0,
  })
  const document = await task.promise
  return wrap(document, () => task.destroy())
}

function wrap(document: PDFDocumentProxy, close: () => Promise<void>): PageView {
  const page = (index: number) => document.getPage(index + 1)
  const plain = async (index: number) => (await page(index)).getViewport({ scale: 1 })
  return {
    pageCount: document.numPages,
    async pageSize(index) {
      const { width, height } = await plain(index)
      return { width, height }
    },
    draw: async (index, canvas, scale, signal) => drawPage(await page(index), canvas, scale, signal),
    textBoxes: async (index) => textBoxesOf(await page(index)),
    async toUserSpace(index, box) {
      return userRect(await plain(index), box)
    },
    close,
  }
}

async function drawPage(
  page: PDFPageProxy,
  canvas: HTMLCanvasElement,
  scale: number,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const viewport = page.getViewport({ scale })
  canvas.width = Math.floor(viewport.width)
  canvas.height = Math.floor(viewport.height)
  const drawing = page.render({ canvas, viewport, background: '#ffffff' })
  const stop = () => drawing.cancel()
  signal.addEventListener('abort', stop)
  try {
    await drawing.promise
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function textBoxesOf(page: PDFPageProxy): Promise<TextBox[]> {
  const viewport = page.getViewport({ scale: 1 })
  const { items } = await page.getTextContent()
  return items.flatMap((item) => {
    if (!('str' in item) || item.str.trim() === '') return []
    const [, , , , left, base] = item.transform as number[]
    if (left === undefined || base === undefined) return []
    const corners = viewport.convertToViewportRectangle([left, base, left + item.width, base + item.height])
    return [{ text: item.str, ...boxOf(corners as number[]) }]
  })
}

function boxOf([x1 = 0, y1 = 0, x2 = 0, y2 = 0]: number[]): Box {
  return { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) }
}

function userRect(viewport: PageViewport, box: Box): [number, number, number, number] {
  const [ax = 0, ay = 0] = viewport.convertToPdfPoint(box.x, box.y) as number[]
  const [bx = 0, by = 0] = viewport.convertToPdfPoint(box.x + box.width, box.y + box.height) as number[]
  const round = (value: number) => Math.round(value * 100) / 100
  return [round(Math.min(ax, bx)), round(Math.min(ay, by)), round(Math.max(ax, bx)), round(Math.max(ay, by))]
}
