/** One page drawn by pdf.js, with the seal over it when it stands on this page. Paper is white in dark mode too. */

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../ui/i18n'
import type { Consent } from './consent-model'
import type { PageView } from './page-view'
import { SealBox } from './seal-box'
import type { PageSize } from './seal-place'

/** Beyond this many canvas pixels on a side browsers refuse to draw. */
const MAX_PIXELS = 8000

export function PaperPage(props: { consent: Consent; view: PageView; page: number; scale: number }) {
  const { consent, view, page, scale } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const size = useSignal<PageSize | null>(null)
  useEffect(() => {
    const stop = new AbortController()
    const draw = async () => {
      const points = await view.pageSize(page)
      size.value = points
      if (!canvas.current) return
      const ratio = globalThis.devicePixelRatio || 1
      const most = MAX_PIXELS / Math.max(points.width, points.height)
      await view.draw(page, canvas.current, Math.min(scale * ratio, most), stop.signal)
      if (!stop.signal.aborted) consent.drawnPages.value = new Set([...consent.drawnPages.value, page])
    }
    draw().catch(() => {
      // Aborted because page or zoom changed: the next drawing follows. A page that cannot be drawn keeps 签章 off.
    })
    return () => stop.abort()
  }, [view, page, scale])
  const place = consent.place.value
  // Whole pixels, as the canvas has them: anything else blurs the text.
  const whole = (points: number) => `${Math.floor(points * scale)}px`
  const css = size.value && { width: whole(size.value.width), height: whole(size.value.height) }
  return (
    <article
      class="paper"
      style={css ?? undefined}
      data-testid="paper"
      data-drawn={consent.drawnPages.value.has(page)}
    >
      <canvas ref={canvas} role="img" aria-label={t('consent.page.thumb', { n: page + 1 })} />
      {place?.page === page && size.value && (
        <SealBox consent={consent} place={place} size={size.value} scale={scale} />
      )}
    </article>
  )
}
