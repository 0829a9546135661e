/** The panel as the user sees it: head, steps, state of bridge and UKey, document cards, one button. */
import { Check, PanelRightClose, Stamp } from 'lucide-preact'
import type { SigningDocument } from '../portals/portal'
import { t } from '../ui/i18n'
import { Lamp, LampShape } from '../ui/lamp'
import { Logo } from '../ui/logo'
import { Icon, IconButton } from '../ui/parts'
import { DocumentCard, Outcome } from './document-card'
import { judgePress } from './genuine'
import type { PanelController } from './panel-controller'
import { StatusBanner } from './status-banner'

interface Props {
  readonly panel: PanelController
  readonly host: Element
}

const STEPS = ['panel.step.file', 'panel.step.sign', 'panel.step.back', 'panel.step.submit'] as const

/** Index of the step the user is at. */
function stepOf(panel: PanelController): number {
  const phase = panel.phase.value
  if (phase.kind === 'done') return 3
  if (phase.kind !== 'working') return 0
  if (phase.stage === 'file' || phase.stage === 'sending') return 0
  return phase.stage === 'back' ? 2 : 1
}

function Steps({ panel }: { panel: PanelController }) {
  const now = stepOf(panel)
  return (
    <section class="guide" aria-label={t('panel.steps')}>
      <ol class="steps">
        {STEPS.map((key, index) => (
          <li
            key={key}
            class={index < now ? 'done' : index === now ? 'now' : ''}
            aria-current={index === now ? 'step' : undefined}
          >
            <span class="dot">{index < now ? <Icon of={Check} /> : index + 1}</span>
            {t(key)}
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Off until bridge and UKey are known to be there; the banner above says what is missing. */
function isBlocked(panel: PanelController): boolean {
  const status = panel.status.value
  return status?.bridge !== 'connected' || status.token === 'none'
}

function isReady(panel: PanelController): boolean {
  const status = panel.status.value
  return status?.bridge === 'connected' && status.token === 'ready'
}

function press(panel: PanelController, host: Element, document: SigningDocument, event: MouseEvent): void {
  const judged = judgePress(event, host)
  if (judged === 'synthetic') return
  if (judged === 'covered') panel.refuse(document.name, 'panel.error.covered')
  else if (isBlocked(panel)) panel.refresh()
  else panel.sign(document.name).catch(() => undefined)
}

function Foot({ panel, host }: Props) {
  const phase = panel.phase.value
  const first = panel.documents.value[0]
  const isWorking = phase.kind === 'working'
  const waits = isWorking && (phase.stage === 'consent' || phase.stage === 'received')
  return (
    <footer class="pn-foot">
      {first && phase.kind !== 'done' && (
        <button
          type="button"
          class="btn btn-primary btn-l btn-wide"
          data-testid="panel-sign"
          aria-disabled={isWorking || isBlocked(panel)}
          aria-describedby="panel-status"
          onClick={(event) => !isWorking && press(panel, host, first.document, event)}
        >
          {isWorking ? <span class="spin" aria-hidden="true" /> : <Icon of={Stamp} />}
          {isWorking ? t(`panel.working.${phase.stage}`) : t('panel.sign')}
        </button>
      )}
      {phase.kind === 'done' && first && (
        <button
          type="button"
          class="btn btn-wide"
          data-testid="panel-start-over"
          onClick={(event) => event.isTrusted && panel.startOver()}
        >
          {t('panel.again.sign')}
        </button>
      )}
      {waits && (
        <button
          type="button"
          class="btn btn-wide"
          data-testid="panel-cancel"
          onClick={(event) => event.isTrusted && panel.cancel()}
        >
          {t('panel.cancel')}
        </button>
      )}
      <p class="note">{panel.isPractice ? t('panel.practice.note') : t('panel.note')}</p>
    </footer>
  )
}

function NothingHere({ panel }: { panel: PanelController }) {
  const name = panel.portal.value?.signing[0]?.name ?? ''
  return (
    <div class="doc" data-testid="panel-none">
      <h3>{t('panel.none')}</h3>
      <p class="small muted">{t('panel.none.next', { name })}</p>
    </div>
  )
}

/** The document's card is gone from the page, for example after 提交: how it went stays. */
function OutcomeAlone({ panel }: { panel: PanelController }) {
  const phase = panel.phase.value
  if (phase.kind !== 'done' && phase.kind !== 'error') return null
  const isListed = panel.documents.value.some(({ document }) => document.name === phase.documentName)
  if (isListed) return null
  return (
    <div data-testid="panel-after">
      <Outcome document={null} phase={phase} />
    </div>
  )
}

function Folded({ panel }: { panel: PanelController }) {
  const isDone = panel.phase.value.kind === 'done'
  return (
    <button
      type="button"
      class="tab sq"
      aria-label={t('panel.unfold')}
      data-testid="panel-tab"
      onClick={(event) => event.isTrusted && panel.unfold()}
    >
      <Logo />
      {isDone && <LampShape colour="green" />}
    </button>
  )
}

/** Everything inside the shadow root. Draws nothing on pages that are not a portal's. */
export function PanelView({ panel, host }: Props) {
  const portal = panel.portal.value
  if (!portal) return null
  if (panel.folded.value) return <Folded panel={panel} />
  return (
    <aside
      class="pn sq"
      aria-label={t('parts.product')}
      data-testid="panel"
      data-phase={panel.phase.value.kind}
    >
      <header class="pn-top">
        <Logo />
        <h2 class="grow clip">{portal.name}</h2>
        {panel.isPractice && <span class="tag tag-yellow">{t('panel.practice')}</span>}
        <IconButton
          of={PanelRightClose}
          label={t('panel.fold')}
          testId="panel-fold"
          onClick={(event) => event.isTrusted && panel.fold()}
        />
      </header>
      <Steps panel={panel} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, a scrolling region must be reachable by keyboard */}
      <section class="pn-body" tabIndex={0} aria-label={t('panel.document')}>
        <div id="panel-status" class="status">
          <StatusBanner panel={panel} />
        </div>
        <OutcomeAlone panel={panel} />
        {panel.documents.value.length === 0 && panel.phase.value.kind !== 'done' && (
          <NothingHere panel={panel} />
        )}
        {panel.documents.value.map((item) => (
          <DocumentCard key={item.document.name} item={item} panel={panel} />
        ))}
        {isReady(panel) && (
          <p data-testid="panel-ready">
            <Lamp colour="green">{t('panel.ready')}</Lamp>
          </p>
        )}
      </section>
      <Foot panel={panel} host={host} />
    </aside>
  )
}
