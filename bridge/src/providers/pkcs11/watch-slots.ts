/** Notices that a token came or went, with the library's own event where it has one. */
import type { PKCS11 } from 'pkcs11js'
import { nativeName } from './native-codes.js'

const CKF_DONT_BLOCK = 0x1
/** A waiting C_WaitForSlotEvent would block this process, so it is asked without waiting: 1–4 µs a time. */
const EVENT_EVERY_MS = 200
/** Libraries without events: the daemon compares the list at this pace. */
const LIST_EVERY_MS = 10_000

export function watchSlots(library: PKCS11, changed: () => void, signal: AbortSignal): void {
  const slow = setInterval(changed, LIST_EVERY_MS)
  const fast = setInterval(() => {
    const answer = takeEvents(library)
    if (answer === 'event') changed()
    if (answer === 'unsupported') clearInterval(fast)
  }, EVENT_EVERY_MS)
  signal.addEventListener('abort', () => {
    clearInterval(slow)
    clearInterval(fast)
  })
}

/** Takes all waiting events at once; SoftHSM always answers "none". */
function takeEvents(library: PKCS11): 'event' | 'none' | 'unsupported' {
  try {
    if (library.C_WaitForSlotEvent(CKF_DONT_BLOCK) === null) return 'none'
    // One plug can leave several events; a library that never stops giving them must not hold us.
    for (let left = 16; left > 0 && library.C_WaitForSlotEvent(CKF_DONT_BLOCK) !== null; left -= 1);
    return 'event'
  } catch (thrown) {
    return nativeName(thrown) === 'CKR_NO_EVENT' ? 'none' : 'unsupported'
  }
}
