/** The consent window: what is signed on the left, who asks and who signs on the right, 不签 and 签章 below. */
import { Stamp } from 'lucide-preact'
import { useEffect, useRef } from 'preact/hooks'
import { sayError, t } from '../ui/i18n'
import { LampShape } from '../ui/lamp'
import { Banner, Icon, Working } from '../ui/parts'
import { CertificatePart } from './certificate-card'
import type { Consent } from './consent-model'
import { Facts } from './facts'
import { turnPage, Viewer } from './viewer'

/** Keys of the whole window. Enter is left to the focused button, so it signs only when 签章 has focus. */
function onKey(consent: Consent, event: KeyboardEvent): void {
  if (event.isComposing) return
  if (event.key === 'Escape' && consent.phase.value.kind === 'asking') void consent.leave()
  if (event.key === 'PageUp' || event.key === 'PageDown') {
    event.preventDefault()
    turnPage(consent, event.key === 'PageUp' ? -1 : 1)
  }
}

export function ConsentPage({ consent }: { consent: Consent }) {
  useEffect(() => {
    const stop = new AbortController()
    const { signal } = stop
    consent.gate.rearm()
    window.addEventListener('focus', () => onFocus(consent), { signal })
    document.addEventListener('keydown', (event) => onKey(consent, event), { signal })
    return () => stop.abort()
  }, [consent])
  return (
    <main class="sign">
      <Viewer consent={consent} />
      <section class="ask" aria-label={t('consent.title')}>
        {consent.phase.value.kind === 'done' ? <Done /> : <Asking consent={consent} />}
      </section>
    </main>
  )
}

function onFocus(consent: Consent): void {
  consent.gate.rearm()
  if (consent.phase.value.kind === 'asking') void consent.tokens.refresh()
}

function Done() {
  return (
    <div class="done" role="status" data-testid="done">
      <LampShape colour="green" class="lamp done-lamp" />
      <h1>{t('consent.done')}</h1>
      <p class="muted">{t('consent.done.next')}</p>
    </div>
  )
}

function Asking({ consent }: { consent: Consent }) {
  const fatal = consent.fatal.value
  return (
    <>
      <div class="scroll">
        {consent.practice.value && (
          <Banner tone="yellow" testId="practice-banner">
            <b>{t('consent.practice')}</b>
          </Banner>
        )}
        <h1>{fatal ? t('consent.fatal') : t('consent.title')}</h1>
        <Trouble consent={consent} />
        <Facts consent={consent} />
        {!fatal && <CertificatePart consent={consent} />}
        {!fatal && <Then />}
      </div>
      {consent.phase.value.kind === 'working' ? (
        <div class="go stage" data-testid="stage">
          <Working>{t(`consent.stage.${consent.phase.value.stage}`)}</Working>
        </div>
      ) : (
        <Buttons consent={consent} fatal={fatal !== null} />
      )}
    </>
  )
}

/** The error table's sentence, where the user looks next. */
function Trouble({ consent }: { consent: Consent }) {
  const code = consent.fatal.value ?? consent.failure.value?.code ?? consent.preparation.state.value.error
  if (!code) return null
  return (
    <Banner tone="red" alert testId="trouble">
      {!consent.fatal.value && <b>{t('consent.failed')}</b>}
      <p data-testid="trouble-code" data-code={code}>
        {sayError(code)}
      </p>
    </Banner>
  )
}

function Then() {
  const steps = ['consent.then.pin', 'consent.then.back', 'consent.then.submit'] as const
  return (
    <div class="then">
      <h2>{t('consent.then')}</h2>
      <ol>
        {steps.map((step, at) => (
          <li key={step}>
            <i>{at + 1}</i>
            {t(step)}
          </li>
        ))}
      </ol>
    </div>
  )
}

function Buttons({ consent, fatal }: { consent: Consent; fatal: boolean }) {
  const refuse = useRef<HTMLButtonElement>(null)
  useEffect(() => refuse.current?.focus(), [])
  const closed = consent.gate.closedBecause.value
  return (
    <div class="go">
      <button
        type="button"
        class="btn btn-l no"
        ref={refuse}
        data-testid="refuse"
        onClick={() => void consent.leave()}
      >
        {t(fatal ? 'consent.close' : 'consent.no')}
      </button>
      {!fatal && (
        <button
          type="button"
          class="btn btn-primary btn-l"
          aria-disabled={closed !== null}
          aria-describedby="why-off"
          data-testid="confirm-sign"
          onClick={(event) => void consent.press(event)}
        >
          <Icon of={Stamp} />
          {t('consent.yes')}
        </button>
      )}
      {!fatal && (
        <p id="why-off" class="hint why" data-testid="why-off" data-reason={closed ?? ''}>
          {closed && closed !== 'consent.off.quiet' ? t(closed) : ''}
        </p>
      )}
    </div>
  )
}
