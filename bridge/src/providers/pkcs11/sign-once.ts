/** One signature: login, sign, logout, in this order and never twice. */
import { SuoqiaoError } from '@suoqiao/protocol'
import type { PKCS11 } from 'pkcs11js'
import type { Phase, ProviderSignRequest, SignResult } from '../provider.js'
import { native } from './native-codes.js'
import { type FoundCertificate, type FoundKey, Session } from './session.js'
import { type Mechanism, mechanismFor } from './signature.js'
import type { SlotToken } from './slots.js'
import { isPinLengthAllowed, pinStatusOf } from './token-state.js'

/** PKCS#11 v2.40 §3.4. */
const CKU_USER = 1
const CKU_CONTEXT_SPECIFIC = 2
/** RSA-4096 gives 512 bytes. */
const MAX_SIGNATURE_BYTES = 1024

export interface SignOnce {
  readonly library: PKCS11
  readonly token: SlotToken
  readonly request: ProviderSignRequest
  readonly enter: (phase: Phase) => Promise<void>
}

/** Everything that can be refused without the PIN is refused before C_Login: a try is precious. */
export async function signOnce({ library, token, request, enter }: SignOnce): Promise<SignResult> {
  const mechanism = mechanismFor(request.algorithm, request.digest)
  refuseEarly(library, token, request, mechanism)
  const session = new Session(library, token.slot)
  let isLoggedIn = false
  try {
    const certificate = session.certificate(request.certificateId)
    if (certificate === undefined) throw new SuoqiaoError('certificate.not-found')
    await enter('login')
    login(library, session, token, request.pin)
    isLoggedIn = true
    const key = findKey(session, certificate, mechanism)
    await enter('sign')
    const raw = signWith({ library, session, key, mechanism, pin: request.pin })
    await enter('finish')
    return { signature: mechanism.finish(raw), certificate: certificate.der }
  } finally {
    request.pin.fill(0)
    if (isLoggedIn) logout(library, session)
    session.close()
  }
}

function refuseEarly(
  library: PKCS11,
  { slot, info }: SlotToken,
  request: ProviderSignRequest,
  { mechanism }: Mechanism,
): void {
  if (pinStatusOf(info.flags).locked) throw new SuoqiaoError('token.pin-locked', { triesLeft: 0 })
  if (!isPinLengthAllowed(request.pin.length, info)) throw new SuoqiaoError('token.pin-invalid')
  const offered = native('C_GetMechanismList', () => library.C_GetMechanismList(slot))
  if (!offered.includes(mechanism)) throw new SuoqiaoError('provider.mechanism-unsupported')
  // A login left over from a call that broke would let an unverified PIN pass.
  native('C_CloseAllSessions', () => library.C_CloseAllSessions(slot))
}

function login(library: PKCS11, session: Session, { slot }: SlotToken, pin: Buffer): void {
  try {
    native('C_Login', () => library.C_Login(session.handle, CKU_USER, pin.toString('utf8')))
  } catch (thrown) {
    throw explain(library, slot, thrown)
  }
}

/** After a wrong PIN the token is asked what is left, so that the user is told the truth; no PIN is tried for it. */
function explain(library: PKCS11, slot: SlotToken['slot'], thrown: unknown): unknown {
  if (!(thrown instanceof SuoqiaoError) || thrown.code !== 'token.pin-incorrect') return thrown
  try {
    const { triesLeft, locked } = pinStatusOf(library.C_GetTokenInfo(slot).flags)
    return new SuoqiaoError(locked ? 'token.pin-locked' : thrown.code, {
      ...thrown.details,
      ...(triesLeft === null ? {} : { triesLeft }),
    })
  } catch {
    return thrown
  }
}

function findKey(session: Session, certificate: FoundCertificate, mechanism: Mechanism): FoundKey {
  const key = session.privateKey(certificate, mechanism.keyType)
  if (key === undefined) throw new SuoqiaoError('certificate.key-missing')
  return key
}

interface SignWith {
  readonly library: PKCS11
  readonly session: Session
  readonly key: FoundKey
  readonly mechanism: Mechanism
  readonly pin: Buffer
}

function signWith({ library, session, key, mechanism, pin }: SignWith): Buffer {
  const { handle } = session
  native('C_SignInit', () => library.C_SignInit(handle, { mechanism: mechanism.mechanism }, key.handle))
  if (key.alwaysAuthenticate) {
    // PKCS#11 v2.40 §4.9: such a key asks for the PIN again for each use. C_Login has just found it right.
    native('C_Login', () => library.C_Login(handle, CKU_CONTEXT_SPECIFIC, pin.toString('utf8')))
  }
  return native('C_Sign', () => library.C_Sign(handle, mechanism.input, Buffer.alloc(MAX_SIGNATURE_BYTES)))
}

function logout(library: PKCS11, session: Session): void {
  try {
    library.C_Logout(session.handle)
  } catch {
    // Closing the last session logs out as well (PKCS#11 v2.40 §5.6).
  }
}
