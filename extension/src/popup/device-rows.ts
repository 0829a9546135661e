/** The words and lamps of the device rows, as data: the popup only draws them. */
import type { BridgeState } from '../router/messages'
import type { PluggedToken, Standing } from '../ui/bridge-watch'
import { type MessageKey, t } from '../ui/i18n'
import type { LampColour } from '../ui/lamp'

export interface DeviceRow {
  /** For data-state. */
  readonly state: string
  readonly colour: LampColour
  readonly word: string
  readonly note: string
}

/** From here on a certificate's end is worth a yellow lamp: renewal at the CA takes weeks. */
const SOON_DAYS = 30

const bridgeWords: Record<BridgeState['state'], readonly [LampColour, MessageKey]> = {
  connected: ['green', 'popup.state.ok'],
  connecting: ['grey', 'popup.state.connecting'],
  'not-running': ['yellow', 'popup.state.stopped'],
  'not-installed': ['yellow', 'popup.state.missing'],
  unauthorized: ['yellow', 'popup.state.unauthorized'],
  impostor: ['red', 'popup.state.impostor'],
  'must-update': ['yellow', 'popup.state.update'],
}

export function bridgeRow({ bridge }: Standing): DeviceRow {
  const state = bridge?.state ?? 'connecting'
  const [colour, word] = bridgeWords[state]
  const note = bridge?.transport === 'native' ? t('popup.bridge.native') : ''
  return { state, colour, word: t(word), note }
}

/** The signing certificate that ends first speaks for the token. */
function fewestDays({ certificates }: PluggedToken): number | null {
  const signing = certificates.filter(({ usage }) => usage !== 'encryption')
  const days = (signing.length > 0 ? signing : certificates).map(({ daysLeft }) => daysLeft)
  return days.length > 0 ? Math.min(...days) : null
}

function oneTokenRow(plugged: PluggedToken): DeviceRow {
  const { pin, practice } = plugged.token
  const days = fewestDays(plugged)
  const life = days === null || days < 0 ? '' : t('popup.token.days', { n: days })
  const tries = pin.low && pin.triesLeft !== null ? t('popup.token.tries', { n: pin.triesLeft }) : ''
  if (pin.locked) return { state: 'locked', colour: 'red', word: t('popup.token.locked'), note: life }
  if (days !== null && days < 0) {
    return { state: 'expired', colour: 'red', word: t('popup.token.expired'), note: tries }
  }
  if (practice) return { state: 'practice', colour: 'yellow', word: t('popup.token.practice'), note: life }
  if (days !== null && days <= SOON_DAYS) {
    return { state: 'ready', colour: 'yellow', word: t('popup.token.soon', { n: days }), note: tries }
  }
  return {
    state: 'ready',
    colour: tries === '' ? 'green' : 'yellow',
    word: t('popup.token.in'),
    note: tries || life,
  }
}

export function tokenRow({ tokens }: Standing): DeviceRow {
  // A practice token beside a real one is not the one that counts.
  const real = tokens?.filter(({ token }) => !token.practice) ?? []
  const counted = real.length > 0 ? real : (tokens ?? [])
  const [only] = counted
  if (!only) return { state: 'none', colour: 'grey', word: t('popup.token.none'), note: '' }
  if (counted.length === 1) return oneTokenRow(only)
  return {
    state: 'several',
    colour: 'yellow',
    word: t('popup.token.several', { n: counted.length }),
    note: '',
  }
}
