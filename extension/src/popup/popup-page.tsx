/** The toolbar popup: what can be signed on this page, how the devices stand, where to go from here. */
import { KeyRound, type LucideIcon, PanelRight, Settings, Stamp, Waypoints } from 'lucide-preact'
import { useEffect } from 'preact/hooks'
import type { BridgeState } from '../router/messages'
import { Arch } from '../ui/arch'
import { archOf } from '../ui/bridge-watch'
import { t } from '../ui/i18n'
import { Lamp } from '../ui/lamp'
import { Icon, IconButton, Message, WindowHead, Working } from '../ui/parts'
import { bridgeRow, type DeviceRow, tokenRow } from './device-rows'
import type { Popup } from './popup-model'

export function PopupPage({ popup }: { popup: Popup }) {
  useEffect(() => {
    void popup.open()
    return () => popup.stop()
  }, [popup])
  return (
    <main class="pop">
      <WindowHead name={t('parts.product')}>
        <IconButton
          of={Settings}
          label={t('popup.settings')}
          testId="settings"
          onClick={() => popup.goTo('settings')}
        />
      </WindowHead>
      <div class="middle">
        <Body popup={popup} />
      </div>
      {popup.tab.value?.portalId && <Foot popup={popup} />}
    </main>
  )
}

type Stopped = Exclude<BridgeState['state'], 'connected' | 'connecting'>

function Body({ popup }: { popup: Popup }) {
  const { bridge } = popup.watch.standing.value
  if (bridge && bridge.state !== 'connected' && bridge.state !== 'connecting') {
    return (
      <>
        <NoBridge popup={popup} state={bridge.state} />
        <Devices popup={popup} />
      </>
    )
  }
  return (
    <>
      {popup.tab.value && !popup.tab.value.portalId ? <UnknownSite popup={popup} /> : <Site popup={popup} />}
      <Devices popup={popup} />
    </>
  )
}

function Site({ popup }: { popup: Popup }) {
  const tab = popup.tab.value
  if (!tab) return null
  const [document] = tab.documents
  return (
    <section class="site" aria-label={t('popup.here')} data-testid="portal">
      <p class="portal" data-testid="portal-name">
        {tab.portalName}
      </p>
      <h1 class="page">{document ?? t('popup.noDocument')}</h1>
      {tab.documents.map((name) => (
        <button
          type="button"
          key={name}
          class="btn btn-primary btn-l btn-wide"
          data-testid="sign"
          aria-label={t('popup.sign.one', { document: name })}
          aria-busy={popup.starting.value}
          onClick={() => void popup.sign(name)}
        >
          <Icon of={Stamp} />
          {tab.documents.length === 1 ? t('popup.sign') : t('popup.sign.one', { document: name })}
        </button>
      ))}
      {document && <p class="sum">{t('popup.sum')}</p>}
      {popup.notStarted.value && <Message tone="yellow">{t('popup.signFailed')}</Message>}
    </section>
  )
}

function Devices({ popup }: { popup: Popup }) {
  const standing = popup.watch.standing.value
  return (
    <>
      <h2 class="sec">{t('popup.devices')}</h2>
      <ul>
        <Device of={Waypoints} name={t('popup.bridge')} testId="device-bridge" row={bridgeRow(standing)} />
        <Device of={KeyRound} name={t('popup.token')} testId="device-token" row={tokenRow(standing)} />
      </ul>
    </>
  )
}

function Device(props: { of: LucideIcon; name: string; testId: string; row: DeviceRow }) {
  const { colour, word, note, state } = props.row
  return (
    <li class="dev" data-testid={props.testId} data-state={state}>
      <Icon of={props.of} />
      <span>{props.name}</span>
      <span class="what clip" title={note}>
        {note}
      </span>
      <Lamp colour={colour}>{word}</Lamp>
    </li>
  )
}

function NoBridge({ popup, state }: { popup: Popup; state: Stopped }) {
  return (
    <section class="empty" data-testid="no-bridge" data-state={state}>
      <Arch state={archOf(popup.watch.standing.value)} />
      <h1>{t(`popup.empty.${state}`)}</h1>
      <p>{t(`popup.empty.${state}.next`)}</p>
      <NoBridgeButton popup={popup} state={state} />
    </section>
  )
}

function NoBridgeButton({ popup, state }: { popup: Popup; state: Stopped }) {
  if (state === 'impostor') return null
  if (state === 'must-update') return null
  if (popup.starting.value) return <Working>{t('popup.starting')}</Working>
  if (state === 'unauthorized') {
    return (
      <button
        type="button"
        class="btn btn-primary btn-l btn-wide"
        data-testid="pair"
        onClick={() => popup.goTo('pairing')}
      >
        {t('popup.pair')}
      </button>
    )
  }
  return (
    <>
      <button
        type="button"
        class="btn btn-primary btn-l btn-wide"
        data-testid="start-bridge"
        onClick={() => void popup.start()}
      >
        {t('popup.start')}
      </button>
      <div class="links">
        <button
          type="button"
          class="btn btn-quiet btn-s"
          data-testid="install"
          onClick={() => popup.goTo('welcome')}
        >
          {t('popup.install')}
        </button>
      </div>
    </>
  )
}

function UnknownSite({ popup }: { popup: Popup }) {
  const arch = archOf(popup.watch.standing.value)
  return (
    <section class="empty" data-testid="unknown-site">
      <Arch state={{ ...arch, site: 'unrecognised', left: 'unknown' }} />
      <h1>{t('popup.unknown')}</h1>
      <p>{t('popup.unknown.next')}</p>
      <button
        type="button"
        class="btn btn-l btn-wide"
        data-testid="portals"
        onClick={() => popup.goTo('settings')}
      >
        {t('popup.portals')}
      </button>
    </section>
  )
}

function Foot({ popup }: { popup: Popup }) {
  return (
    <nav class="foot">
      <button type="button" data-testid="open-panel" onClick={() => void popup.openPanel()}>
        <Icon of={PanelRight} />
        {t('popup.openPanel')}
      </button>
      <button type="button" data-testid="open-settings" onClick={() => popup.goTo('settings')}>
        <Icon of={Settings} />
        {t('popup.settings')}
      </button>
    </nav>
  )
}
