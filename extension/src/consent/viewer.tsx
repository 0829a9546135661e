/** The left side of the consent window: thumbnails, the page, the seal on it, page and zoom bar. */
import { useSignal } from '@preact/signals'
import { ChevronLeft, ChevronRight, Stamp, ZoomIn, ZoomOut } from 'lucide-preact'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../ui/i18n'
import { Icon, IconButton, Working } from '../ui/parts'
import type { Consent } from './consent-model'
import type { PageView } from './page-view'
import { PaperPage } from './paper-page'
import { Thumbnails } from './thumbnails'

/** CSS pixels per point at 100 %. */
const FULL = 96 / 72
const STEPS = [0.5, 0.64, 0.75, 0.9, 1, 1.25, 1.5, 2, 3]

function nextStep(zoom: number, up: boolean): number {
  const found = up ? STEPS.find((step) => step > zoom + 0.01) : STEPS.findLast((step) => step < zoom - 0.01)
  return found ?? zoom
}

/** The zoom at which the whole page is seen. */
async function fitting(view: PageView, page: number, room: HTMLElement): Promise<number> {
  const size = await view.pageSize(page)
  const high = (room.clientHeight - 56) / (size.height * FULL)
  const wide = (room.clientWidth - 32) / (size.width * FULL)
  return Math.max(0.2, Math.min(high, wide, 1.5))
}

export function turnPage(consent: Consent, by: number): void {
  const last = (consent.view.value?.pageCount ?? 1) - 1
  consent.page.value = Math.min(Math.max(consent.page.value + by, 0), last)
}

export function Viewer({ consent }: { consent: Consent }) {
  const room = useRef<HTMLDivElement>(null)
  const zoom = useSignal<number | null>(null)
  const view = consent.view.value
  const page = consent.page.value
  useEffect(() => {
    if (view && room.current && zoom.value === null) {
      void fitting(view, page, room.current).then((fit) => {
        zoom.value = fit
      })
    }
  }, [view, page])
  useEffect(() => {
    const zoomByKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || zoom.value === null) return
      if (event.key === '+' || event.key === '=') zoom.value = nextStep(zoom.value, true)
      if (event.key === '-') zoom.value = nextStep(zoom.value, false)
    }
    document.addEventListener('keydown', zoomByKey)
    return () => document.removeEventListener('keydown', zoomByKey)
  }, [])
  return (
    <section class="view" aria-label={t('consent.preview')}>
      {view ? <Thumbnails consent={consent} view={view} /> : <span />}
      <div class="room" ref={room}>
        {view && zoom.value !== null ? (
          <PaperPage key={page} consent={consent} view={view} page={page} scale={zoom.value * FULL} />
        ) : (
          !consent.fatal.value && <Working>{t('consent.preview.loading')}</Working>
        )}
      </div>
      {view && <Bar consent={consent} all={view.pageCount} zoom={zoom} />}
    </section>
  )
}

function Bar(props: { consent: Consent; all: number; zoom: { value: number | null } }) {
  const { consent, all, zoom } = props
  const page = consent.page.value
  const elsewhere = consent.place.value !== null && consent.place.value.page !== page
  const step = (up: boolean) => {
    if (zoom.value !== null) zoom.value = nextStep(zoom.value, up)
  }
  const moveHere = () => consent.view.value && void consent.stand(consent.view.value, page)
  return (
    <div class="vbar">
      <IconButton
        of={ChevronLeft}
        label={t('consent.page.previous')}
        testId="page-previous"
        off={page === 0}
        onClick={() => turnPage(consent, -1)}
      />
      <span class="pages" role="status" data-testid="page-number">
        {t('consent.page', { n: page + 1, all })}
      </span>
      <IconButton
        of={ChevronRight}
        label={t('consent.page.next')}
        testId="page-next"
        off={page === all - 1}
        onClick={() => turnPage(consent, 1)}
      />
      <span class="gap" />
      <IconButton of={ZoomOut} label={t('consent.zoom.out')} testId="zoom-out" onClick={() => step(false)} />
      <span data-testid="zoom">{zoom.value === null ? '' : `${Math.round(zoom.value * 100)}%`}</span>
      <IconButton of={ZoomIn} label={t('consent.zoom.in')} testId="zoom-in" onClick={() => step(true)} />
      {elsewhere && (
        <button type="button" class="btn btn-s btn-quiet" data-testid="seal-here" onClick={moveHere}>
          <Icon of={Stamp} />
          {t('consent.page.moveSeal')}
        </button>
      )}
    </div>
  )
}
