/** The seal on the page: dragged, pulled at a corner, or moved with the arrow keys. */
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../ui/i18n'
import type { Consent } from './consent-model'
import type { SealPicture } from './seal-picture'
import { type Corner, coversText, moveBy, type PageSize, resizeBy, type SealPlace } from './seal-place'

const corners: readonly (Corner & { readonly name: string })[] = [
  { x: -1, y: -1, name: 'nw' },
  { x: 1, y: -1, name: 'ne' },
  { x: -1, y: 1, name: 'sw' },
  { x: 1, y: 1, name: 'se' },
]
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

export function SealBox(props: { consent: Consent; place: SealPlace; size: PageSize; scale: number }) {
  const { consent, place, size, scale } = props
  const put = (next: SealPlace) => {
    if (consent.phase.value.kind === 'asking') consent.place.value = next
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = arrows[event.key]
    if (event.isComposing || !arrow) return
    event.preventDefault()
    const [dx, dy] = arrow
    const step = event.shiftKey ? 10 : 1
    if (event.ctrlKey) put(resizeBy(size, place, { x: 1, y: 1 }, (dx - dy) * step * 2))
    else put(moveBy(size, place, dx * step, dy * step))
  }
  const style = {
    left: `${place.x * scale}px`,
    top: `${place.y * scale}px`,
    width: `${place.width * scale}px`,
    height: `${place.height * scale}px`,
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a thing on a page that is moved in two directions has no HTML element
    <div
      class="place"
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move it
      tabIndex={0}
      aria-label={t('consent.seal.label', { page: place.page + 1 })}
      data-testid="seal"
      style={style}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => drag(event, (dx, dy) => put(moveBy(size, place, dx / scale, dy / scale)))}
    >
      <Picture picture={consent.picture.value} width={place.width * scale} />
      <em class={isFlagBelow(consent, place, scale) ? 'below' : ''} aria-hidden="true">
        {t('consent.seal.here')}
      </em>
      {corners.map((corner) => (
        <i
          key={corner.name}
          class={`corner corner-${corner.name}`}
          onPointerDown={(event) => {
            event.stopPropagation()
            drag(event, (dx) => put(resizeBy(size, place, corner, dx / scale)))
          }}
        />
      ))}
    </div>
  )
}

/** Height of the flag 签在这里 with its distance, in CSS pixels (consent.css). */
const FLAG = 30

/** Above the seal stands what it is beside, most of the time: the flag goes where it hides no text. */
function isFlagBelow(consent: Consent, place: SealPlace, scale: number): boolean {
  const high = FLAG / scale
  const above = { ...place, y: place.y - high, height: high }
  const below = { ...place, y: place.y + place.height, height: high }
  return coversText(above, consent.texts.value) && !coversText(below, consent.texts.value)
}

/** Scaled by the browser's best filter once per size: a seal scanned at 900 px is shown at 120. */
async function paint(canvas: HTMLCanvasElement, picture: SealPicture, width: number): Promise<void> {
  const wanted = Math.max(1, Math.round(width * (globalThis.devicePixelRatio || 1)))
  const bitmap = await createImageBitmap(picture.image, { resizeWidth: wanted, resizeQuality: 'high' })
  canvas.width = bitmap.width
  canvas.height = bitmap.height
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
  bitmap.close()
}

function Picture({ picture, width }: { picture: SealPicture; width: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    if (canvas.current) void paint(canvas.current, picture, width)
  }, [picture, width])
  return <canvas ref={canvas} class="seal" />
}

/** Follows the pointer from where it went down; `move` gets the whole way in CSS pixels. */
function drag(event: PointerEvent, move: (dx: number, dy: number) => void): void {
  const target = event.currentTarget
  if (event.button !== 0 || !(target instanceof HTMLElement)) return
  target.setPointerCapture(event.pointerId)
  const onMove = (at: PointerEvent) => move(at.clientX - event.clientX, at.clientY - event.clientY)
  const stop = new AbortController()
  const end = () => stop.abort()
  target.addEventListener('pointermove', onMove, { signal: stop.signal })
  target.addEventListener('pointerup', end, { signal: stop.signal })
  target.addEventListener('pointercancel', end, { signal: stop.signal })
}
