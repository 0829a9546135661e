/** Small pictures of the pages, drawn when they come into sight; the page with the seal carries a red ring. */
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../ui/i18n'
import type { Consent } from './consent-model'
import type { PageView } from './page-view'
import type { SealPlace } from './seal-place'

const WIDTH = 50

export function Thumbnails({ consent, view }: { consent: Consent; view: PageView }) {
  const pages = Array.from({ length: view.pageCount }, (_, index) => index)
  return (
    <ul class="thumbs">
      {pages.map((index) => (
        <Thumbnail key={index} consent={consent} view={view} index={index} />
      ))}
    </ul>
  )
}

function Thumbnail({ consent, view, index }: { consent: Consent; view: PageView; index: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const place = consent.place.value?.page === index ? consent.place.value : null
  const shown = consent.page.value === index
  useEffect(() => drawWhenSeen(view, index, canvas.current), [view, index])
  useEffect(() => {
    if (shown) canvas.current?.scrollIntoView?.({ block: 'nearest' })
  }, [shown])
  const label = t(place ? 'consent.page.thumb.seal' : 'consent.page.thumb', { n: index + 1 })
  return (
    <li>
      <button
        type="button"
        class="thumb"
        aria-label={label}
        aria-current={shown ? 'page' : undefined}
        data-testid={`thumb-${index + 1}`}
        onClick={() => {
          consent.page.value = index
        }}
      >
        <span class="sheet">
          <canvas ref={canvas} width={WIDTH} height={70} />
          {place && <SealDot view={view} place={place} />}
        </span>
        {index + 1}
      </button>
    </li>
  )
}

function SealDot({ view, place }: { view: PageView; place: SealPlace }) {
  const dot = useRef<HTMLElement>(null)
  useEffect(() => {
    void view.pageSize(place.page).then((size) => {
      if (!dot.current) return
      dot.current.style.left = `${((place.x + place.width / 2) / size.width) * 100}%`
      dot.current.style.top = `${((place.y + place.height / 2) / size.height) * 100}%`
    })
  }, [view, place])
  return <i class="sealdot" ref={dot} />
}

/** A file of 200 pages must not draw 200 thumbnails before the first page is seen. */
function drawWhenSeen(view: PageView, index: number, canvas: HTMLCanvasElement | null): () => void {
  if (!canvas) return () => {}
  const stop = new AbortController()
  const draw = async () => {
    const size = await view.pageSize(index)
    const ratio = globalThis.devicePixelRatio || 1
    await view.draw(index, canvas, (WIDTH / size.width) * ratio, stop.signal)
    canvas.style.height = `${(WIDTH * size.height) / size.width}px`
  }
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return
    seen.disconnect()
    // A drawing that was aborted or failed leaves the thumbnail white; the page itself tells what is wrong.
    draw().catch(() => {})
  })
  seen.observe(canvas)
  return () => {
    seen.disconnect()
    stop.abort()
  }
}
