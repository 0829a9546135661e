/** How the extension reaches the bridge, why so, and pairing. */
import { useSignal } from '@preact/signals'
import { bridgeRow } from '../popup/device-rows'
import type { BridgeState } from '../router/messages'
import type { BridgeWatch } from '../ui/bridge-watch'
import { t } from '../ui/i18n'
import { Lamp } from '../ui/lamp'
import { Working } from '../ui/parts'
import type { Pairing } from './pairing'
import { PairingCard } from './pairing-card'
import { Row } from './row'

function sayTransport(bridge: BridgeState | null): string {
  if (bridge?.state !== 'connected' || !bridge.transport) return t('settings.connection.none')
  return t(`settings.connection.${bridge.transport}`)
}

export function ConnectionPart({ watch, pairing }: { watch: BridgeWatch; pairing: Pairing }) {
  const { bridge } = watch.standing.value
  const busy = useSignal(false)
  const { colour, word } = bridgeRow(watch.standing.value)
  const again = async () => {
    busy.value = true
    await watch.refresh('bridge.connect')
    busy.value = false
  }
  const version = bridge?.bridgeVersion
    ? t('settings.connection.version', { version: bridge.bridgeVersion })
    : ''
  const reason = bridge?.reason ? t('settings.connection.reason', { reason: bridge.reason }) : ''
  return (
    <>
      <h1>{t('settings.connection.title')}</h1>
      <div class="card grp">
        <Row name={t('settings.connection.state')} note={version} testId="connection-bridge">
          <Lamp colour={colour}>{word}</Lamp>
        </Row>
        <Row name={t('settings.connection.transport')} note={reason} testId="connection-transport">
          <span data-testid="transport" data-transport={bridge?.transport ?? 'none'}>
            {sayTransport(bridge)}
          </span>
          {busy.value ? (
            <Working>{t('settings.connection.busy')}</Working>
          ) : (
            <button type="button" class="btn btn-s" data-testid="connect-again" onClick={() => void again()}>
              {t('settings.connection.again')}
            </button>
          )}
        </Row>
      </div>
      <h1>{t('settings.pair')}</h1>
      <PairingCard pairing={pairing} />
    </>
  )
}
