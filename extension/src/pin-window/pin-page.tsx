/** The password window: the last resort when the computer has no password window of the bridge. */
import { useSignal } from '@preact/signals'
import { LockKeyhole } from 'lucide-preact'
import { useEffect, useRef } from 'preact/hooks'
import type { PinPromptView } from '../router/messages'
import { t } from '../ui/i18n'
import { Banner, Icon, Message } from '../ui/parts'
import { sealPin } from './seal-pin'

export interface PinTools {
  /** Hands the sealed password (or null for cancel) over; afterwards the window goes. */
  readonly answer: (sealedPin: string | null) => Promise<void>
  readonly copy: (text: string) => Promise<void>
}

export function PinPage({ view, tools }: { view: PinPromptView; tools: PinTools }) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.isComposing) void tools.answer(null)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [tools])
  return (
    <main class="pin">
      {view.practice && (
        <Banner tone="yellow" testId="pin-practice">
          {t('pin.practice')}
        </Banner>
      )}
      {view.pin.locked ? <Locked view={view} tools={tools} /> : <Ask view={view} tools={tools} />}
    </main>
  )
}

function sayTries(view: PinPromptView): string {
  const { triesLeft } = view.pin
  if (triesLeft === null) return t('pin.tries.unknown')
  return t(view.wrong || view.pin.low ? 'pin.tries.left' : 'pin.tries', { n: triesLeft })
}

function titleOf(view: PinPromptView): string {
  if (view.pin.finalTry) return t('pin.title.last')
  return t(view.wrong ? 'pin.title.wrong' : 'pin.title')
}

function Ask({ view, tools }: { view: PinPromptView; tools: PinTools }) {
  const input = useRef<HTMLInputElement>(null)
  const cancel = useRef<HTMLButtonElement>(null)
  const agreed = useSignal(!view.pin.finalTry)
  const sending = useSignal(false)
  const empty = useSignal(false)
  const caps = useSignal(false)
  useEffect(() => (view.pin.finalTry ? cancel.current : input.current)?.focus(), [])

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const field = input.current
    if (!field || !agreed.value || sending.value) return
    empty.value = field.value === ''
    if (empty.value) return
    sending.value = true
    const sealed = await sealPin(field.value, view.sealKey)
    // The text of an input cannot be zeroed; emptying it drops the only reference the page holds.
    field.value = ''
    await tools.answer(sealed)
  }
  const onCancel = () => void tools.answer(null)
  return (
    <form autocomplete="off" onSubmit={(event) => void submit(event)}>
      <h1>{titleOf(view)}</h1>
      <For view={view} />
      {view.pin.finalTry && <LastTry agreed={agreed} onAgreed={() => input.current?.focus()} />}
      <input
        ref={input}
        class={view.wrong && agreed.value ? 'input is-bad' : 'input'}
        type="password"
        autocomplete="off"
        spellcheck={false}
        aria-label={t('pin.label')}
        aria-describedby="pin-below"
        aria-invalid={view.wrong}
        disabled={!agreed.value}
        maxLength={64}
        data-testid="pin-input"
        onKeyDown={(event) => noteCaps(event, caps)}
      />
      <Below view={view} caps={caps.value} empty={empty.value} />
      <div class="act">
        <button type="button" class="btn" ref={cancel} data-testid="pin-cancel" onClick={onCancel}>
          {t('parts.cancel')}
        </button>
        <Confirm finalTry={view.pin.finalTry} off={!agreed.value} sending={sending.value} />
      </div>
    </form>
  )
}

function noteCaps(event: KeyboardEvent, caps: { value: boolean }): void {
  caps.value = event.getModifierState?.('CapsLock') ?? false
}

function For({ view }: { view: PinPromptView }) {
  return (
    <p class="for">
      {t('pin.for', { file: view.fileName })}
      <br />
      <span class="small">
        {view.tokenLabel}，
        <span data-testid="pin-digest">{t('pin.digest', { digest: view.digestStart })}</span>
      </span>
    </p>
  )
}

function Below({ view, caps, empty }: { view: PinPromptView; caps: boolean; empty: boolean }) {
  return (
    <div class="below" id="pin-below">
      <Note caps={caps} empty={empty} />
      <span data-testid="pin-tries" class={view.wrong ? 'strong' : ''}>
        {sayTries(view)}
      </span>
    </div>
  )
}

function Note({ caps, empty }: { caps: boolean; empty: boolean }) {
  if (empty) return <Message tone="red">{t('pin.empty')}</Message>
  if (caps) return <Message tone="yellow">{t('pin.capsLock')}</Message>
  return <span>{t('pin.promise')}</span>
}

/** The field opens only after the tick: nobody locks a UKey by habit. */
function LastTry({ agreed, onAgreed }: { agreed: { value: boolean }; onAgreed: () => void }) {
  return (
    <>
      <Banner tone="red" testId="pin-last" alert>
        <b>{t('pin.last.bold')}</b>
        <br />
        {t('pin.last.next')}
      </Banner>
      <label class="agree">
        <input
          class="tick"
          type="checkbox"
          data-testid="pin-agree"
          checked={agreed.value}
          onChange={(event) => {
            agreed.value = event.currentTarget.checked
            if (agreed.value) setTimeout(onAgreed)
          }}
        />
        <span>{t('pin.last.tick')}</span>
      </label>
    </>
  )
}

function Confirm({ finalTry, off, sending }: { finalTry: boolean; off: boolean; sending: boolean }) {
  return (
    <button
      type="submit"
      class={finalTry ? 'btn btn-danger' : 'btn btn-primary'}
      aria-disabled={off || sending}
      aria-busy={sending}
      data-testid="pin-ok"
    >
      {sending && <span class="spin" aria-hidden="true" />}
      {t(sending ? 'pin.sending' : finalTry ? 'pin.last.button' : 'pin.ok')}
    </button>
  )
}

function Locked({ view, tools }: { view: PinPromptView; tools: PinTools }) {
  const copied = useSignal(false)
  const known = useRef<HTMLButtonElement>(null)
  useEffect(() => known.current?.focus(), [])
  const copy = async () => {
    await tools.copy(t('pin.locked.text', { token: view.tokenLabel }))
    copied.value = true
  }
  return (
    <div data-testid="pin-locked">
      <h1 class="row">
        <Icon of={LockKeyhole} />
        {t('pin.title.locked')}
      </h1>
      <p class="for">{t('pin.locked.what')}</p>
      <ol>
        <li>
          <i>1</i>
          <span>{t('pin.locked.go')}</span>
        </li>
        <li>
          <i>2</i>
          <span>{t('pin.locked.unlock')}</span>
        </li>
      </ol>
      <div class="act">
        <button type="button" class="btn" data-testid="pin-copy" onClick={() => void copy()}>
          {t(copied.value ? 'pin.locked.copied' : 'pin.locked.copy')}
        </button>
        <button
          type="button"
          class="btn btn-primary"
          ref={known}
          data-testid="pin-known"
          onClick={() => void tools.answer(null)}
        >
          {t('pin.known')}
        </button>
      </div>
    </div>
  )
}
