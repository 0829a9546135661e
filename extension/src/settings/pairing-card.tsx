/** The pairing card of the connection part. */
import { sayError, t } from '../ui/i18n'
import { Banner, Working } from '../ui/parts'
import { halves, type Pairing } from './pairing'
import { Row } from './row'

export function PairingCard({ pairing }: { pairing: Pairing }) {
  const step = pairing.step.value
  if (step.at === 'digits') return <Digits pairing={pairing} digits={step.digits} />
  const busy = step.at === 'asking' || step.at === 'confirming'
  return (
    <div class="card grp">
      <Row name={t('settings.pair')} note={t('settings.pair.why')}>
        {busy ? (
          <Working>{t('settings.pair.busy')}</Working>
        ) : (
          <button type="button" class="btn" data-testid="pair-begin" onClick={() => void pairing.begin()}>
            {t('settings.pair.begin')}
          </button>
        )}
      </Row>
      {step.at === 'paired' && (
        <Banner tone="green" testId="paired">
          {t('settings.pair.done')}
        </Banner>
      )}
      {step.at === 'stopped' && (
        <Banner tone="yellow" testId="pair-stopped" alert>
          {step.error ? sayError(step.error) : t('settings.pair.stopped')}
        </Banner>
      )}
    </div>
  )
}

/** Both answers look alike on purpose: the eye must go to the digits first. */
function Digits({ pairing, digits }: { pairing: Pairing; digits: string }) {
  return (
    <div
      class="card grp empty pairing"
      role="alertdialog"
      aria-labelledby="pairing-title"
      data-testid="pairing"
    >
      <h2 id="pairing-title">{t('settings.pair.title')}</h2>
      <p>{t('settings.pair.look')}</p>
      <div class="digits" data-testid="pair-digits">
        {halves(digits)}
      </div>
      <div class="row">
        <button
          type="button"
          class="btn btn-l grow"
          data-testid="pair-different"
          onClick={() => void pairing.answer(false)}
        >
          {t('settings.pair.different')}
        </button>
        <button
          type="button"
          class="btn btn-l grow"
          data-testid="pair-same"
          onClick={() => void pairing.answer(true)}
        >
          {t('settings.pair.same')}
        </button>
      </div>
    </div>
  )
}
