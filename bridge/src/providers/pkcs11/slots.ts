/** Finds the tokens in a library's slots and names them so that replugging does not matter. */
import type { Handle, TokenInfo as NativeTokenInfo, PKCS11 } from 'pkcs11js'
import { tokenIdOf } from '../../devices/token-id.js'
import type { ProviderSettings, TokenRecord } from '../provider.js'
import { restartLibrary } from './library.js'
import { native, nativeName } from './native-codes.js'
import { FLAGS, pinStatusOf, trimPadding } from './token-state.js'

export interface SlotToken {
  readonly slot: Handle
  readonly info: NativeTokenInfo
  readonly record: TokenRecord
}

/** Answers of a library that has lost its devices and needs a fresh start (SoftHSM: CKR_GENERAL_ERROR). */
const NEEDS_RESTART = new Set(['CKR_GENERAL_ERROR', 'CKR_CRYPTOKI_NOT_INITIALIZED', 'CKR_DEVICE_ERROR'])
/** A token that is being pulled, or that nobody has personalised yet. */
const NO_TOKEN = new Set([
  'CKR_TOKEN_NOT_PRESENT',
  'CKR_TOKEN_NOT_RECOGNIZED',
  'CKR_DEVICE_REMOVED',
  'CKR_SLOT_ID_INVALID',
])

export function readSlots(library: PKCS11, settings: ProviderSettings): SlotToken[] {
  const slots = listSlots(library)
  const taken = new Map<string, number>()
  return slots.flatMap((slot) => {
    const info = readInfo(library, slot)
    if (info === null || (info.flags & FLAGS.tokenInitialized) === 0) return []
    const label = trimPadding(info.label)
    const serial = trimPadding(info.serialNumber)
    const id = tokenIdOf(settings.id, label, serial)
    const count = (taken.get(id) ?? 0) + 1
    taken.set(id, count)
    const record: TokenRecord = {
      // Two tokens that tell the same label and serial are told apart by their order only.
      id: count === 1 ? id : `${id}-${count}`,
      vendor: settings.vendor || trimPadding(info.manufacturerID),
      label,
      serial,
      practice: false,
      pin: pinStatusOf(info.flags),
    }
    return [{ slot, info, record }]
  })
}

function listSlots(library: PKCS11): Handle[] {
  try {
    return library.C_GetSlotList(true)
  } catch (thrown) {
    if (!NEEDS_RESTART.has(nativeName(thrown) ?? '')) return native('C_GetSlotList', () => rethrow(thrown))
    restartLibrary(library)
    return native('C_GetSlotList', () => library.C_GetSlotList(true))
  }
}

function rethrow(thrown: unknown): never {
  throw thrown
}

function readInfo(library: PKCS11, slot: Handle): NativeTokenInfo | null {
  try {
    return library.C_GetTokenInfo(slot)
  } catch (thrown) {
    if (NO_TOKEN.has(nativeName(thrown) ?? '')) return null
    return native('C_GetTokenInfo', () => rethrow(thrown))
  }
}
