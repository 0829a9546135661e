/** The first page after installation: the arch, four steps with live state, what Suoqiao promises. */
import {
  ArrowRight,
  CircleCheck,
  Hand,
  HardDrive,
  type LucideIcon,
  ShieldCheck,
  SquareTerminal,
} from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { LargeArch } from '../ui/arch'
import { archOf } from '../ui/bridge-watch'
import { type MessageKey, sayError, t } from '../ui/i18n'
import { LampShape } from '../ui/lamp'
import { Icon, Message, Working } from '../ui/parts'
import { shownToken, type Welcome } from './welcome-model'

export function WelcomePage({ welcome }: { welcome: Welcome }) {
  useEffect(() => {
    void welcome.watch.refresh()
    return () => welcome.watch.stop()
  }, [welcome])
  return (
    <main class="in">
      <div class="hero">
        <LargeArch state={archOf(welcome.watch.standing.value)} />
        <h1 data-testid="welcome-title">{t(welcome.title.value)}</h1>
      </div>
      <ol class="card">
        <Step
          n={1}
          current={welcome.step.value}
          name={t('welcome.extension')}
          note={t('welcome.extension.ok', { version: welcome.version })}
        />
        <BridgeStep welcome={welcome} />
        <TokenStep welcome={welcome} />
        <Step n={4} current={welcome.step.value} last name={t('welcome.sign')} note={t('welcome.sign.why')}>
          <button
            type="button"
            class="btn"
            data-testid="portals"
            onClick={() => welcome.goTo('/options.html')}
          >
            {t('welcome.sign.portals')}
          </button>
        </Step>
      </ol>
      <Vows />
      <div class="practice">
        <button
          type="button"
          class="btn btn-quiet"
          data-testid="practice"
          onClick={() => void welcome.practise()}
        >
          {t('welcome.practice')}
          <Icon of={ArrowRight} />
        </button>
        {welcome.noPractice.value && <Message tone="yellow">{t('welcome.practice.off')}</Message>}
      </div>
    </main>
  )
}

interface StepProps {
  readonly n: number
  readonly current: number
  readonly name: string
  readonly note?: string
  /** The last step is never done: it is what the user came for. */
  readonly last?: boolean
  readonly children?: ComponentChildren
}

function Step({ n, current, name, note, last, children }: StepProps) {
  const done = n < current
  const now = n === current
  return (
    <li
      class={now ? 'st cur' : 'st'}
      data-testid={`step-${n}`}
      data-state={done ? 'done' : now ? 'now' : 'later'}
    >
      {done ? <LampShape class="ok" colour="green" label={t('welcome.done')} /> : <span class="no">{n}</span>}
      <div>
        <h2>{name}</h2>
        {note && (done || now || last) && <p>{note}</p>}
      </div>
      {(now || last) && children}
    </li>
  )
}

function BridgeStep({ welcome }: { welcome: Welcome }) {
  const { bridge } = welcome.watch.standing.value
  const step = { n: 2, current: welcome.step.value }
  const state = bridge?.state ?? 'connecting'
  if (state === 'connected') {
    return (
      <Step
        {...step}
        name={t('welcome.bridge')}
        note={t('welcome.bridge.ok', { version: bridge?.bridgeVersion ?? '' })}
      />
    )
  }
  if (state === 'connecting') {
    return (
      <Step {...step} name={t('welcome.bridge')}>
        <Working>{t('welcome.bridge.connecting')}</Working>
      </Step>
    )
  }
  if (state === 'not-installed') return <InstallStep welcome={welcome} />
  if (state === 'unauthorized') {
    return (
      <Step {...step} name={t('welcome.bridge.unauthorized')} note={t('welcome.bridge.unauthorized.why')}>
        <PairButton welcome={welcome} primary />
      </Step>
    )
  }
  if (state === 'not-running') {
    return (
      <Step {...step} name={t('welcome.bridge.notRunning')} note={t('welcome.bridge.notRunning.why')}>
        <StartButton welcome={welcome} word="welcome.bridge.start" />
      </Step>
    )
  }
  return (
    <Step
      {...step}
      name={t('welcome.bridge')}
      note={sayError(state === 'impostor' ? 'bridge.impostor' : 'bridge.must-update')}
    >
      <StartButton welcome={welcome} word="welcome.bridge.retry" />
    </Step>
  )
}

function StartButton({ welcome, word }: { welcome: Welcome; word: MessageKey }) {
  if (welcome.starting.value) return <Working>{t('welcome.bridge.connecting')}</Working>
  return (
    <button
      type="button"
      class="btn btn-primary btn-l"
      data-testid="start-bridge"
      onClick={() => void welcome.start()}
    >
      {t(word)}
    </button>
  )
}

function PairButton({ welcome, primary = false }: { welcome: Welcome; primary?: boolean }) {
  return (
    <button
      type="button"
      class={primary ? 'btn btn-primary btn-l' : 'btn'}
      data-testid="pair"
      onClick={() => welcome.goTo('/options.html#connection')}
    >
      {t('welcome.pair')}
    </button>
  )
}

function InstallStep({ welcome }: { welcome: Welcome }) {
  return (
    <Step n={2} current={2} name={t('welcome.bridge.install')} note={t('welcome.bridge.install.why')}>
      <span class="row">
        <PairButton welcome={welcome} />
        <StartButton welcome={welcome} word="welcome.bridge.retry" />
      </span>
      <div class="sub">
        <div class="o">
          <Icon of={SquareTerminal} />
          <span>{t('welcome.bridge.install.terminal')}</span>
        </div>
        <div class="o">
          <Icon of={CircleCheck} />
          <span>{t('welcome.bridge.install.green')}</span>
        </div>
      </div>
    </Step>
  )
}

function TokenStep({ welcome }: { welcome: Welcome }) {
  const standing = welcome.watch.standing.value
  const plugged = shownToken(standing)
  const now = welcome.step.value === 3
  const [certificate] = plugged?.certificates ?? []
  const found = certificate
    ? t('welcome.token.ok', { holder: certificate.holder, n: certificate.daysLeft })
    : plugged && t('welcome.token.ok.plain', { label: plugged.token.label })
  return (
    <Step
      n={3}
      current={welcome.step.value}
      name={t(now ? 'welcome.token.please' : 'welcome.token')}
      note={found || t('welcome.token.please.why')}
    >
      <Working>{t('welcome.token.waiting')}</Working>
    </Step>
  )
}

function Vows() {
  const vows: readonly (readonly [LucideIcon, 'pin' | 'data' | 'submit'])[] = [
    [ShieldCheck, 'pin'],
    [HardDrive, 'data'],
    [Hand, 'submit'],
  ]
  return (
    <ul class="vows">
      {vows.map(([icon, name]) => (
        <li key={name}>
          <Icon of={icon} />
          <span>
            <b>{t(`welcome.vow.${name}`)}</b>
            {t(`welcome.vow.${name}.why`)}
          </span>
        </li>
      ))}
    </ul>
  )
}
