/** What is kept, where, and what never happens. */
import { t } from '../ui/i18n'
import { Row } from './row'

export function PrivacyPart() {
  const rows = ['pin', 'file', 'page', 'kept'] as const
  return (
    <>
      <h1>{t('settings.privacy.title')}</h1>
      <div class="card grp" data-testid="privacy">
        {rows.map((row) => (
          <Row key={row} name={t(`settings.privacy.${row}`)} note={t(`settings.privacy.${row}.note`)} />
        ))}
        <Row name={t('settings.privacy.report')} note={t('settings.privacy.report.note')}>
          <b>{t('settings.privacy.never')}</b>
        </Row>
      </div>
    </>
  )
}
