/** Loads and initialises one PKCS#11 library, and starts it again when it has lost its senses. */
import { createRequire } from 'node:module'
import { SuoqiaoError } from '@suoqiao/protocol'
import type { PKCS11 } from 'pkcs11js'
import { native, nativeName } from './native-codes.js'

/** PKCS#11 v2.40 §3.7, C_Initialize flags. */
const CKF_OS_LOCKING_OK = 0x2

/** The compiled module is only loaded here, in the provider process; the daemon never does. */
export function loadLibrary(path: string): PKCS11 {
  const require = createRequire(import.meta.url)
  const { PKCS11: Binding } = require('pkcs11js') as typeof import('pkcs11js')
  const library = new Binding()
  try {
    library.load(path)
  } catch {
    // The loader's text quotes paths of the user's computer; the doctor looks at the file itself.
    throw new SuoqiaoError('provider.load-failed', { reason: 'loader' })
  }
  initialise(library)
  return library
}

/** Some libraries refuse locking flags (CKR_CANT_LOCK), others refuse to work without: both are tried. */
function initialise(library: PKCS11): void {
  try {
    library.C_Initialize({ flags: CKF_OS_LOCKING_OK })
  } catch (thrown) {
    const name = nativeName(thrown)
    if (name === 'CKR_CRYPTOKI_ALREADY_INITIALIZED') return
    if (name !== 'CKR_CANT_LOCK' && name !== 'CKR_ARGUMENTS_BAD') {
      throw new SuoqiaoError('provider.load-failed', {
        native: { api: 'PKCS11', call: 'C_Initialize', code: name ?? 'unknown' },
      })
    }
    native('C_Initialize', () => library.C_Initialize())
  }
}

/** Ends every session and login, and looks at the slots afresh. */
export function restartLibrary(library: PKCS11): void {
  try {
    library.C_Finalize()
  } catch {
    // Not initialised any more, or too broken to end: initialise() tells.
  }
  initialise(library)
}
