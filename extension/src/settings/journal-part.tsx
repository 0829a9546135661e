/** The last uses of keys, as the bridge's journal has them, and whether its chain is whole. */
import { useSignal } from '@preact/signals'
import { type ErrorCode, errors, type JournalEntry, type Result, SuoqiaoError } from '@suoqiao/protocol'
import { useEffect } from 'preact/hooks'
import { type Ask, callBridge } from '../ui/background'
import { sayMoment } from '../ui/format'
import { sayError, t } from '../ui/i18n'
import { Lamp } from '../ui/lamp'
import { Banner, Working } from '../ui/parts'

type Journal = Result<'journal.list'>
const SHOWN = 100

function sayUse(method: string): string {
  if (method === 'pdf.sign') return t('settings.journal.pdf')
  return method === 'token.signDigest' ? t('settings.journal.login') : method
}

function sayOutcome(outcome: string): string {
  if (outcome === 'ok') return t('settings.journal.ok')
  return Object.hasOwn(errors, outcome)
    ? (sayError(outcome as ErrorCode).split(/[。.]/)[0] ?? outcome)
    : outcome
}

export function JournalPart({ ask }: { ask: Ask }) {
  const journal = useSignal<Journal | null>(null)
  const error = useSignal<ErrorCode | null>(null)
  const read = async () => {
    try {
      error.value = null
      journal.value = await callBridge(ask, 'journal.list', { limit: SHOWN })
    } catch (thrown) {
      error.value = thrown instanceof SuoqiaoError ? thrown.code : 'bridge.internal'
    }
  }
  useEffect(() => void read(), [])
  return (
    <>
      <h1>{t('settings.journal.title')}</h1>
      <p class="hint">{t('settings.journal.note')}</p>
      {error.value && <Unread code={error.value} onAgain={() => void read()} />}
      {!error.value && !journal.value && <Working>{t('settings.journal.loading')}</Working>}
      {journal.value && <Chain journal={journal.value} />}
    </>
  )
}

function Unread({ code, onAgain }: { code: ErrorCode; onAgain: () => void }) {
  return (
    <Banner tone="yellow" testId="journal-unread">
      <b>{t('settings.journal.unread')}</b>
      <p>{sayError(code)}</p>
      <button type="button" class="btn btn-s" data-testid="journal-again" onClick={onAgain}>
        {t('settings.journal.again')}
      </button>
    </Banner>
  )
}

function Chain({ journal }: { journal: Journal }) {
  return (
    <div data-testid="journal" data-intact={journal.intact}>
      <p class="chain">
        {journal.intact ? (
          <Lamp colour="green">{t('settings.journal.intact', { n: journal.total })}</Lamp>
        ) : (
          <Lamp colour="red">{t('settings.journal.broken')}</Lamp>
        )}
      </p>
      {journal.entries.length === 0 ? (
        <p class="muted">{t('settings.journal.empty')}</p>
      ) : (
        <div class="card grp scroll-x">
          <Table entries={journal.entries} />
        </div>
      )}
    </div>
  )
}

function Table({ entries }: { entries: readonly JournalEntry[] }) {
  const heads = ['at', 'origin', 'what', 'digest', 'outcome'] as const
  return (
    <table class="table">
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {t(`settings.journal.${head}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.seq} data-testid="journal-entry" data-outcome={entry.outcome}>
            <td class="nowrap">{sayMoment(entry.at)}</td>
            <td class="code">{entry.origin}</td>
            <td class="nowrap">{sayUse(entry.method)}</td>
            <td class="code">{entry.digest.slice(0, 8)}</td>
            <td>{sayOutcome(entry.outcome)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
