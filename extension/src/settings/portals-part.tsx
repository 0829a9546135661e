/** The websites Suoqiao works on, as the portal files say. */
import type { Portal } from '../portals/portal'
import { t } from '../ui/i18n'
import { Lamp } from '../ui/lamp'

export function PortalsPart({ portals, practice }: { portals: readonly Portal[]; practice: boolean }) {
  return (
    <>
      <h1>{t('settings.portals.title')}</h1>
      <p class="hint">{t('settings.portals.note')}</p>
      <div class="card grp" data-testid="portals">
        {portals.map((portal) => (
          <PortalRow key={portal.id} portal={portal} />
        ))}
      </div>
      {practice && <p class="hint below">{t('settings.portals.practice')}</p>}
    </>
  )
}

function PortalRow({ portal }: { portal: Portal }) {
  const plain = portal.origins.some((origin) => origin.startsWith('http://'))
  const documents = portal.signing.map((document) => document.name).join('、')
  return (
    <div class="r" data-testid={`portal-${portal.id}`}>
      <div>
        {portal.name}
        <p class="code">{portal.origins.join('  ')}</p>
        {documents !== '' && <p>{t('settings.portals.documents', { documents })}</p>}
        {portal.help.map(({ label, phone }) => (
          <p key={phone}>{t('settings.portals.help', { label, phone })}</p>
        ))}
      </div>
      {plain && <Lamp colour="yellow">{t('settings.portals.plain')}</Lamp>}
    </div>
  )
}
