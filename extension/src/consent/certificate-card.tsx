/** Who signs: one card, a list of several, or what to do when no UKey is there. */
import type { ErrorCode } from '@suoqiao/protocol'
import { KeyRound } from 'lucide-preact'
import { Arch } from '../ui/arch'
import { sayDay } from '../ui/format'
import { sayError, t } from '../ui/i18n'
import { Icon, Message, Working } from '../ui/parts'
import { daysLeft, issuerName, type Offer, offerKey } from './certificate-choice'
import type { Consent } from './consent-model'

export function CertificatePart({ consent }: { consent: Consent }) {
  const { state, offers, error } = consent.tokens.view.value
  if (state === 'loading') return <Working>{t('consent.token.loading')}</Working>
  if (offers.length === 0) return <NoToken error={error} />
  if (offers.length > 1) return <Choice consent={consent} offers={offers} />
  const [offer] = offers
  return offer ? (
    <div class="cert" data-testid="certificate">
      <CardHead offer={offer} />
      <Meters offer={offer} />
      <Notes offer={offer} />
    </div>
  ) : null
}

function NoToken({ error }: { error: ErrorCode | null }) {
  // The table's sentences are “what happened。what to do。”: the first is the heading.
  const [what = '', ...next] = error ? sayError(error).split(/(?<=[。；;.] ?)/) : []
  const arch = error
    ? ({ site: 'there', left: 'unknown', bridge: 'missing', right: 'unknown', token: 'missing' } as const)
    : ({ site: 'there', left: 'whole', bridge: 'there', right: 'unknown', token: 'missing' } as const)
  return (
    <div class="no-token" role="status" data-testid="no-token">
      <Arch state={arch} />
      <h2>{error ? what.replace(/[。.]\s*$/, '') : t('consent.token.none')}</h2>
      <p class="muted small">{error ? next.join('') : t('consent.token.none.next')}</p>
    </div>
  )
}

function CardHead({ offer }: { offer: Offer }) {
  return (
    <>
      <span class="pic">
        <Icon of={KeyRound} />
      </span>
      <b class="holder" data-testid="holder">
        {offer.certificate.holder}
        {offer.token.practice && <span class="tag tag-yellow">{t('parts.practice')}</span>}
      </b>
      <span class="sub">
        {t('consent.certificate.issuer', { issuer: issuerName(offer.certificate.issuer) })}
      </span>
    </>
  )
}

/** The word before the count, and the count. Unknown tries are said to be unknown, never guessed. */
function sayTries(offer: Offer): readonly [string, string] {
  const { locked, triesLeft } = offer.token.pin
  if (locked) return [t('consent.certificate.pin'), t('consent.certificate.tries.none')]
  return triesLeft === null
    ? [t('consent.certificate.pin'), t('consent.certificate.tries.unknown')]
    : [t('consent.certificate.tries'), t('consent.certificate.tries.n', { n: triesLeft })]
}

function Meters({ offer }: { offer: Offer }) {
  const days = daysLeft(offer.certificate)
  const [before, tries] = sayTries(offer)
  return (
    <div class="meters">
      <div data-testid="days-left">
        {days < 0 ? (
          t('consent.certificate.ended', { day: sayDay(offer.certificate.notAfter) })
        ) : (
          <>
            {t('consent.certificate.days')} <b>{t('consent.certificate.days.n', { n: days })}</b>
          </>
        )}
      </div>
      <div data-testid="tries-left">
        {before} <b>{tries}</b>
      </div>
    </div>
  )
}

function Notes({ offer }: { offer: Offer }) {
  if (offer.obstacle) {
    return (
      <Message tone="red" testId="certificate-obstacle">
        {sayError(offer.obstacle)}
      </Message>
    )
  }
  if (!offer.token.pin.finalTry) return null
  return (
    <Message tone="yellow" testId="final-try">
      {t('consent.certificate.finalTry')}
    </Message>
  )
}

/** Nothing is preselected: signing with the wrong company's key is worse than one more click. */
function Choice({ consent, offers }: { consent: Consent; offers: readonly Offer[] }) {
  const tokens = new Set(offers.map((offer) => offer.token.id)).size
  return (
    <fieldset class="choice" data-testid="certificates">
      <legend>{t('consent.certificate.choose')}</legend>
      {offers.map((offer) => (
        <Row key={offerKey(offer)} consent={consent} offer={offer} />
      ))}
      {tokens > 1 && <Message tone="yellow">{t('consent.certificate.several', { n: tokens })}</Message>}
    </fieldset>
  )
}

function Row({ consent, offer }: { consent: Consent; offer: Offer }) {
  const key = offerKey(offer)
  const days = daysLeft(offer.certificate)
  const life =
    days < 0
      ? t('consent.certificate.ended', { day: sayDay(offer.certificate.notAfter) })
      : `${t('consent.certificate.days')} ${t('consent.certificate.days.n', { n: days })}`
  return (
    <label class="choice-row" data-testid="certificate-option">
      <input
        class="tick"
        type="radio"
        name="certificate"
        checked={consent.chosen.value === key}
        disabled={offer.obstacle !== null}
        onChange={() => {
          consent.chosen.value = key
        }}
      />
      <span>
        <b>{offer.certificate.holder}</b>{' '}
        {offer.token.practice && <span class="tag tag-yellow">{t('parts.practice')}</span>}
        <span class="sub">
          {t('consent.certificate.issuer', { issuer: issuerName(offer.certificate.issuer) })}，
          {offer.token.label}
        </span>
        <span class="sub">{t('consent.certificate.serial', { serial: offer.certificate.serialNumber })}</span>
        <span class="sub">
          {life}，{sayTries(offer).join(' ')}
        </span>
        <Notes offer={offer} />
      </span>
    </label>
  )
}
