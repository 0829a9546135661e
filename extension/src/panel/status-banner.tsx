/** One banner for what stands between the user and a signature: bridge, UKey, or nothing. */
import type { BridgeState } from '../router/messages'
import { type MessageKey, t } from '../ui/i18n'
import { Banner, Working } from '../ui/parts'
import type { PanelController } from './panel-controller'

interface Trouble {
  readonly tone: 'red' | 'yellow'
  readonly title: MessageKey
  readonly next: MessageKey
  readonly button: MessageKey | null
}

const troubles: Partial<Record<BridgeState['state'], Trouble>> = {
  'not-running': {
    tone: 'yellow',
    title: 'panel.not-running',
    next: 'panel.not-running.next',
    button: 'panel.start',
  },
  'not-installed': {
    tone: 'yellow',
    title: 'panel.not-installed',
    next: 'panel.not-installed.next',
    button: 'panel.again',
  },
  unauthorized: {
    tone: 'yellow',
    title: 'panel.unauthorized',
    next: 'panel.unauthorized.next',
    button: 'panel.again',
  },
  impostor: { tone: 'red', title: 'panel.impostor', next: 'panel.impostor.next', button: null },
  'must-update': {
    tone: 'yellow',
    title: 'panel.must-update',
    next: 'panel.must-update.next',
    button: 'panel.again',
  },
}

const noToken: Trouble = {
  tone: 'yellow',
  title: 'panel.no-token',
  next: 'panel.no-token.next',
  button: 'panel.again',
}

export function StatusBanner({ panel }: { panel: PanelController }) {
  const status = panel.status.value
  if (status === null || status.bridge === 'connecting') return <Working>{t('panel.checking')}</Working>
  const trouble = troubles[status.bridge] ?? (status.token === 'none' ? noToken : undefined)
  if (!trouble) return null
  return (
    <Banner tone={trouble.tone} testId="panel-trouble" alert={trouble.tone === 'red'}>
      <h3>{t(trouble.title)}</h3>
      <p class="small">{t(trouble.next)}</p>
      {trouble.button && (
        <button
          type="button"
          class="btn btn-s"
          data-testid="panel-refresh"
          onClick={(event) => event.isTrusted && panel.refresh()}
        >
          {t(trouble.button)}
        </button>
      )}
    </Banner>
  )
}
