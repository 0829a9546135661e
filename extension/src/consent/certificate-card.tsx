/** Who signs: one card, a list of several, or what to do when no UKey is there. */
import type { ErrorCode } from '@suoqiao/protocol'
import { KeyRound } from 'lucide-preact'
import { Arch } from '../ui/arch'
import { sayDay } from '../ui/format'
import { sayError, t } from '../ui/i18n'
import { Icon, Message, Working } from '../ui/parts'
import { daysLeft, isAmbiguous, isTwin, type Offer, offerKey } from './certificate-choice'
import { sayIssuer, sayKey, sayLife, sayTries } from './certificate-words'
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
      <span class="sub">{sayIssuer(offer.certificate)}</span>
    </>
  )
}

/** The word before the count, and the count. Unknown tries are said to be unknown, never guessed. */
function triesOf(offer: Offer): readonly [string, string] {
  const { locked, triesLeft } = offer.token.pin
  if (locked) return [t('consent.certificate.pin'), t('consent.certificate.tries.none')]
  return triesLeft === null
    ? [t('consent.certificate.pin'), t('consent.certificate.tries.unknown')]
    : [t('consent.certificate.tries'), t('consent.certificate.tries.n', { n: triesLeft })]
}

function Meters({ offer }: { offer: Offer }) {
  const days = daysLeft(offer.certificate)
  const [before, tries] = triesOf(offer)
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
      {tokens > 1 && <Message tone="yellow">{t('consent.certificate.several', { n: tokens })}</Message>}
      {offers.map((offer) => (
        <Row key={offerKey(offer)} consent={consent} offer={offer} offers={offers} />
      ))}
    </fieldset>
  )
}

/** The line that tells one holder's certificates apart; nothing when the holder alone does. */
function Distinction({ offer, offers }: { offer: Offer; offers: readonly Offer[] }) {
  if (!isAmbiguous(offer, offers)) return null
  const { keyType, serialNumber } = offer.certificate
  const key = sayKey(keyType)
  const isSerialNeeded = key === null || isTwin(offer, offers)
  return (
    <>
      {key !== null && (
        <span class="sub differs" data-testid="certificate-key">
          {t('consent.certificate.key', { key })}
        </span>
      )}
      {isSerialNeeded && (
        <span class="sub differs" data-testid="certificate-serial">
          {t('consent.certificate.serial', { serial: serialNumber })}
        </span>
      )}
    </>
  )
}

function Row(props: { consent: Consent; offer: Offer; offers: readonly Offer[] }) {
  const { consent, offer, offers } = props
  const key = offerKey(offer)
  const { certificate, token } = offer
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
        <b>{certificate.holder}</b>{' '}
        {token.practice && <span class="tag tag-yellow">{t('parts.practice')}</span>}
        <Distinction offer={offer} offers={offers} />
        <span class="sub">
          {/* The practice device's name is its tag already. */}
          {token.practice ? sayIssuer(certificate) : `${sayIssuer(certificate)}，${token.label}`}
        </span>
        <span class="sub">
          {sayLife(certificate)}，{sayTries(offer)}
        </span>
        <Notes offer={offer} />
      </span>
    </label>
  )
}
