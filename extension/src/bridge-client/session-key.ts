/** The session key K as WebCrypto holds it: one handle to prove it, one to derive PIN sealing keys; never readable again. */
import { type Bytes, utf8 } from '../encoding/bytes'

/** What a connection needs: where the daemon listens, which session, and the two handles of K. */
export interface Session {
  readonly port: number
  readonly sessionId: string
  /** HMAC-SHA256, sign and verify. */
  readonly proofKey: CryptoKey
  /** HKDF, deriveBits only. */
  readonly deriveKey: CryptoKey
  /** Milliseconds since 1970; Infinity for a pairing. */
  readonly expiresAt: number
  readonly source: 'native' | 'pairing'
}

export interface SessionKeys {
  readonly proofKey: CryptoKey
  readonly deriveKey: CryptoKey
}

/** Imports the 32 bytes of K; both handles are non-extractable. */
export async function importSessionKey(key: Bytes): Promise<SessionKeys> {
  const [proofKey, deriveKey] = await Promise.all([
    crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']),
    crypto.subtle.importKey('raw', key, 'HKDF', false, ['deriveBits']),
  ])
  return { proofKey, deriveKey }
}

/** AES-256-GCM key of one PIN prompt: HKDF-SHA256(K, salt promptId, info "suoqiao pin"), 32 bytes (token.answerPin). */
export async function pinSealKey(session: SessionKeys, promptId: string): Promise<Bytes> {
  const bits = await crypto.subtle.deriveBits(
    { name: 'HKDF', hash: 'SHA-256', salt: utf8(promptId), info: utf8('suoqiao pin') },
    session.deriveKey,
    256,
  )
  return new Uint8Array(bits)
}
