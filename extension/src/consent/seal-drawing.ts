/** Draws the standard mark on a canvas: a red frame, 电子签章, the holder's name and the date. */

const WIDTH = 720
const HEIGHT = 324
const INSET = 10
const MAX_NAME = 560
/** The seal on paper always keeps the light palette: --c-seal of tokens.css. */
const SEAL_RED = '#c9261c'
const FONT =
  '"Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", sans-serif'

type Context = OffscreenCanvasRenderingContext2D

/** Breaks a name into at most two lines that fit. */
function linesOf(context: Context, name: string): string[] {
  if (context.measureText(name).width <= MAX_NAME) return [name]
  const half = Math.ceil(name.length / 2)
  return [name.slice(0, half), name.slice(half)]
}

function drawFrame(context: Context): void {
  context.strokeStyle = SEAL_RED
  context.lineWidth = 9
  context.beginPath()
  context.roundRect(INSET, INSET, WIDTH - INSET * 2, HEIGHT - INSET * 2, 26)
  context.stroke()
  context.lineWidth = 3
  context.beginPath()
  context.roundRect(INSET + 14, INSET + 14, WIDTH - INSET * 2 - 28, HEIGHT - INSET * 2 - 28, 16)
  context.stroke()
}

function drawLine(context: Context, text: string, y: number, size: number, weight: number): void {
  context.font = `${weight} ${size}px ${FONT}`
  context.fillText(text, WIDTH / 2, y, WIDTH - 90)
}

function day(at: Date): string {
  const two = (part: number) => String(part).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** The text of a seal is Chinese whatever the language of the screens: the portal's officials read it. */
export function drawMark(holder: string | null, practice: boolean, at: Date): ImageData {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT)
  const context = canvas.getContext('2d')
  if (!context) throw new DOMException('canvas')
  drawFrame(context)
  context.fillStyle = SEAL_RED
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  drawLine(context, practice ? '练习签章　没有法律效力' : '电　子　签　章', 78, practice ? 44 : 52, 700)
  context.font = `700 46px ${FONT}`
  const lines = linesOf(context, holder ?? '')
  lines.forEach((line, row) => {
    drawLine(context, line, lines.length === 1 ? 166 : 142 + row * 52, 46, 700)
  })
  drawLine(context, day(at), 252, 40, 400)
  return context.getImageData(0, 0, WIDTH, HEIGHT)
}
