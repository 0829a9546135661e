/** What is about to be signed, exactly: website with its scheme, file, seal, digest, and what one should know of the file. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { isPracticeOrigin } from '../portals'
import { hexGroups, sayBytes } from '../ui/format'
import { type MessageKey, t } from '../ui/i18n'
import { Lamp } from '../ui/lamp'
import { Message } from '../ui/parts'
import type { Consent } from './consent-model'
import type { EarlierSignature, FileFacts } from './pdf-core'
import { forgetOwnPicture, keepOwnPicture } from './seal-picture'

/** The worst verdict speaks for all earlier signatures. */
export function saySignatures(signatures: readonly EarlierSignature[]): MessageKey {
  if (signatures.length === 0) return 'consent.signatures.none'
  if (signatures.some(({ verdict }) => verdict === 'broken')) return 'consent.signatures.broken'
  if (signatures.some(({ verdict }) => verdict === 'changed')) return 'consent.signatures.changed'
  if (signatures.some(({ verdict }) => verdict === 'added')) return 'consent.signatures.added'
  return 'consent.signatures.whole'
}

export function Facts({ consent }: { consent: Consent }) {
  const job = consent.job.value
  const facts = consent.facts.value
  if (!job) return null
  return (
    <>
      <dl class="facts">
        <dt>{t('consent.site')}</dt>
        <dd data-testid="site">
          <b>{job.portal.name}</b>
          <br />
          <Origin origin={job.portal.origin} practice={job.practice} />
          {job.portal.topOrigin !== job.portal.origin && (
            <Origin origin={job.portal.topOrigin} practice={job.practice} />
          )}
        </dd>
        <dt>{t('consent.file')}</dt>
        <dd data-testid="file">
          {job.file.name}
          <br />
          {facts && <FileLine facts={facts} size={job.file.size} />}
        </dd>
        {consent.place.value && <SealFact consent={consent} />}
        {facts && <DigestFact consent={consent} />}
      </dl>
      <Hints consent={consent} facts={facts} />
    </>
  )
}

/** Plain http is worth a warning on the network; to this computer's own practice site it never leaves it. */
function Origin({ origin, practice }: { origin: string; practice: boolean }) {
  const isHere = practice && isPracticeOrigin(origin)
  return (
    <span class="origin">
      <span class="code muted" data-testid="origin">
        {origin}
      </span>
      {isHere && <span class="tag">{t('consent.site.practice')}</span>}
      {!isHere && origin.startsWith('http://') && <Lamp colour="yellow">{t('consent.site.plain')}</Lamp>}
    </span>
  )
}

function FileLine({ facts, size }: { facts: FileFacts; size: number }) {
  const said = saySignatures(facts.signatures)
  const signatures = t(said, { n: facts.signatures.length })
  return (
    <span class="small muted" data-testid="file-facts">
      {t('consent.file.pages', { n: facts.pageCount, size: sayBytes(size), signatures })}
    </span>
  )
}

function SealFact({ consent }: { consent: Consent }) {
  const input = useRef<HTMLInputElement>(null)
  const bad = useSignal(false)
  const own = consent.own.value !== null
  const choose = async (file: File | undefined) => {
    if (!file) return
    bad.value = !(await keepOwnPicture(file))
    if (!bad.value) await consent.usePicture()
  }
  const drop = () => void forgetOwnPicture().then(() => consent.usePicture())
  const key = own ? 'consent.seal.own' : 'consent.seal.drawn'
  return (
    <>
      <dt>{t('consent.seal')}</dt>
      <dd>
        <span class="row seal-line">
          <span data-testid="seal-fact">{t(key, { page: (consent.place.value?.page ?? 0) + 1 })}</span>
          <button type="button" class="link" data-testid="seal-change" onClick={() => input.current?.click()}>
            {t('consent.seal.change')}
          </button>
          {own && (
            <button type="button" class="link" data-testid="seal-standard" onClick={drop}>
              {t('consent.seal.standard')}
            </button>
          )}
        </span>
        <input
          ref={input}
          type="file"
          accept="image/png"
          hidden
          data-testid="seal-file"
          onChange={(event) => void choose(event.currentTarget.files?.[0])}
        />
        {bad.value && <Message tone="red">{t('consent.seal.bad')}</Message>}
      </dd>
    </>
  )
}

/** Before a choice the digest's four lines are kept free, so that the list below does not move under the pointer. */
function DigestWait({ consent, isWorking }: { consent: Consent; isWorking: boolean }) {
  const usable = consent.tokens.view.value.offers.filter(({ obstacle }) => obstacle === null).length
  const waiting = usable === 0 ? 'consent.digest.none' : 'consent.digest.waiting'
  return (
    <div class={usable === 0 ? 'small muted' : 'dig-wait small muted'}>
      {t(isWorking ? 'consent.digest.working' : waiting)}
    </div>
  )
}

function DigestFact({ consent }: { consent: Consent }) {
  const { prepared, stale } = consent.preparation.state.value
  return (
    <>
      <dt>{t('consent.digest')}</dt>
      <dd>
        {prepared ? (
          <div
            class={stale ? 'dig is-stale' : 'dig'}
            aria-busy={stale}
            data-testid="digest"
            data-digest={stale ? '' : prepared.digest}
          >
            <span class="vh">{t('consent.digest.label')}</span>
            {hexGroups(prepared.digest).map((group, at) => (
              <span key={`${at} ${group}`}>{group}</span>
            ))}
          </div>
        ) : (
          <DigestWait consent={consent} isWorking={stale} />
        )}
      </dd>
    </>
  )
}

function Hints({ consent, facts }: { consent: Consent; facts: FileFacts | null }) {
  const warnings = facts?.warnings ?? []
  if (warnings.length === 0 && !consent.covers.value) return null
  return (
    <div class="hints" data-testid="hints">
      {warnings.map((warning) => (
        <Message tone="yellow" key={warning}>
          {t(`consent.warn.${warning}`)}
        </Message>
      ))}
      {consent.covers.value && (
        <Message tone="yellow" testId="hint-covers">
          {t('consent.seal.covers')}
        </Message>
      )}
    </div>
  )
}
