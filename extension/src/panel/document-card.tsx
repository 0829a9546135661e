/** One document of the page: what the portal asks for, where the file comes from, how it went. */
import type { PageDocument } from '../page/find-document'
import type { SigningDocument } from '../portals/portal'
import { sayBytes } from '../ui/format'
import { t } from '../ui/i18n'
import { Banner, Message } from '../ui/parts'
import type { PanelController, Phase } from './panel-controller'

function sourceText(item: PageDocument, chosen: File | null): string {
  if (chosen) return t('panel.source.chosen', { name: chosen.name, size: sayBytes(chosen.size) })
  const held = item.upload?.files?.[0]
  if (held) return t('panel.source.held', { name: held.name, size: sayBytes(held.size) })
  if (!item.download) return t('panel.source.none')
  if (!item.download.href) return t('panel.source.waiting')
  return t('panel.source.download', { text: item.document.downloadTexts[0] ?? '' })
}

/** The browser's own file dialog; only the user can open it. */
function Picker({ panel, isChosen }: { panel: PanelController; isChosen: boolean }) {
  const label = t(isChosen ? 'panel.choose.other' : 'panel.choose')
  return (
    <label class="btn btn-s pick">
      {label}
      <input
        type="file"
        accept="application/pdf,.pdf"
        aria-label={label}
        data-testid="panel-choose"
        onChange={(event) => panel.choose(event.currentTarget.files?.[0] ?? null)}
      />
    </label>
  )
}

function sayNext(document: SigningDocument | null, inField: boolean): string {
  if (!document) return t('panel.done.gone')
  return t(inField ? 'panel.done.next' : 'panel.done.taken', { label: document.uploadButton })
}

/** How it went; `document` is null once the page no longer shows the document. */
export function Outcome({ document, phase }: { document: SigningDocument | null; phase: Phase }) {
  if (phase.kind === 'error') {
    return (
      <Banner tone="red" testId="panel-error" alert>
        <p>{phase.sentence}</p>
      </Banner>
    )
  }
  if (phase.kind !== 'done') return null
  const { put } = phase
  const isSeen = document === null || put.inField
  return (
    <Banner tone={isSeen ? 'green' : 'yellow'} testId="panel-done">
      <h3>{t('panel.done')}</h3>
      <p class="small">{sayNext(document, put.inField)}</p>
      <dl class="kv small">
        <dt>{t('panel.file')}</dt>
        <dd data-testid="panel-done-name">{put.name}</dd>
        <dt>{t('panel.size')}</dt>
        <dd>{sayBytes(put.size)}</dd>
        <dt>{t('panel.digest')}</dt>
        <dd class="code" data-testid="panel-done-sha256" data-sha256={put.sha256}>
          {put.sha256.slice(0, 16)}…
        </dd>
      </dl>
    </Banner>
  )
}

export function DocumentCard({ item, panel }: { item: PageDocument; panel: PanelController }) {
  const { document } = item
  const chosen = panel.chosen.value
  const phase = panel.phase.value
  const isMine = phase.kind !== 'idle' && phase.documentName === document.name
  return (
    <>
      {isMine && <Outcome document={document} phase={phase} />}
      <div class="doc" data-testid="panel-document">
        <h3>{document.name}</h3>
        <p class="small muted">{t('panel.requirement', { limit: sayBytes(document.limitBytes) })}</p>
        {item.upload ? (
          <p class="small muted">{t('panel.upload.found', { label: document.uploadButton })}</p>
        ) : (
          <Message tone="yellow">{t('panel.upload.missing')}</Message>
        )}
        {phase.kind !== 'done' && phase.kind !== 'working' && (
          <>
            <p class="small" data-testid="panel-source">
              {sourceText(item, chosen)}
            </p>
            <div class="row">
              <Picker panel={panel} isChosen={chosen !== null} />
            </div>
          </>
        )}
      </div>
    </>
  )
}
