/** The one table from PKCS#11 return values (v2.40 §11.1) to our codes. Nobody above this folder sees CKR_. */
import { type ErrorCode, SuoqiaoError } from '@suoqiao/protocol'

const CODES: Readonly<Record<string, ErrorCode>> = {
  CKR_PIN_INCORRECT: 'token.pin-incorrect',
  // The token refused the form of the PIN before comparing it, so no try was lost.
  CKR_PIN_INVALID: 'token.pin-invalid',
  CKR_PIN_LEN_RANGE: 'token.pin-invalid',
  CKR_PIN_LOCKED: 'token.pin-locked',
  CKR_PIN_EXPIRED: 'token.pin-expired',
  CKR_USER_PIN_NOT_INITIALIZED: 'token.pin-expired',
  CKR_DEVICE_REMOVED: 'token.removed',
  CKR_TOKEN_NOT_PRESENT: 'token.removed',
  CKR_TOKEN_NOT_RECOGNIZED: 'token.removed',
  CKR_SLOT_ID_INVALID: 'token.removed',
  // SoftHSM and several tokens answer so when the token goes away in the middle of a session.
  CKR_OBJECT_HANDLE_INVALID: 'token.removed',
  CKR_KEY_HANDLE_INVALID: 'token.removed',
  CKR_SESSION_HANDLE_INVALID: 'token.removed',
  CKR_SESSION_CLOSED: 'token.removed',
  CKR_USER_ANOTHER_ALREADY_LOGGED_IN: 'token.busy',
  CKR_USER_TOO_MANY_TYPES: 'token.busy',
  CKR_SESSION_COUNT: 'token.busy',
  CKR_OPERATION_ACTIVE: 'token.busy',
  CKR_SESSION_READ_WRITE_SO_EXISTS: 'token.busy',
  CKR_FUNCTION_CANCELED: 'token.pin-cancelled',
  CKR_CANCEL: 'token.pin-cancelled',
  CKR_MECHANISM_INVALID: 'provider.mechanism-unsupported',
  CKR_MECHANISM_PARAM_INVALID: 'provider.mechanism-unsupported',
  CKR_KEY_TYPE_INCONSISTENT: 'provider.mechanism-unsupported',
  CKR_KEY_FUNCTION_NOT_PERMITTED: 'certificate.not-for-signing',
  CKR_KEY_SIZE_RANGE: 'provider.mechanism-unsupported',
}

/** pkcs11js throws "CKR_NAME:number" as message, of which its wrapper keeps the name. */
const NATIVE_NAME = /CKR_[A-Z0-9_]+/

/** Name of the return value, or null when the error did not come from the library. */
export function nativeName(thrown: unknown): string | null {
  return thrown instanceof Error ? (NATIVE_NAME.exec(thrown.message)?.[0] ?? null) : null
}

export function toOurError(call: string, thrown: unknown): SuoqiaoError {
  if (thrown instanceof SuoqiaoError) return thrown
  const name = nativeName(thrown)
  if (name === null) return new SuoqiaoError('provider.failed', { reason: 'binding', call })
  return new SuoqiaoError(CODES[name] ?? 'provider.failed', { native: { api: 'PKCS11', call, code: name } })
}

/** Runs one native call; whatever it throws becomes our error and names the call. */
export function native<T>(call: string, run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    throw toOurError(call, thrown)
  }
}
