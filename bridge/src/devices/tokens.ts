/** The tokens of this computer over all providers: the one door handlers use. Built by open-tokens.ts. */
import type { CertificateInfo, ErrorCode, PinStatus, TokenInfo } from '@suoqiao/protocol'

export interface TokenCertificate extends CertificateInfo {
  readonly der: Buffer
  /** Issuing certificates found on the same token, nearest first; empty when the token holds none. */
  readonly chain?: readonly Buffer[]
}

export interface SignRequest {
  readonly tokenId: string
  readonly certificateId: string
  /** SHA-256 of what is signed, 32 bytes. */
  readonly digest: Buffer
  /** What the digest was made from, when it is known: the check of the signature is faster with it. Never leaves the daemon. */
  readonly message?: Buffer | undefined
  readonly algorithm: 'RSA-SHA256' | 'ECDSA-SHA256'
  /** UTF-8. The callee zeroes it as soon as it has been handed to the child; it is tried exactly once. */
  readonly pin: Buffer
  readonly signal: AbortSignal
}

export interface ProviderStatus {
  readonly id: string
  readonly state: 'idle' | 'running' | 'suspended' | 'failed'
  readonly restarts: number
}

export interface Tokens {
  list(): Promise<{
    readonly tokens: readonly TokenInfo[]
    readonly failed: readonly { readonly provider: string; readonly code: ErrorCode }[]
  }>
  /**
   * `notOlderThanMs` lets a signature do with what was read a moment ago: UKeys take up to a second for it, and the
   * token itself looks for the certificate once more when it signs. Throws token.not-found, provider.*.
   */
  certificates(tokenId: string, notOlderThanMs?: number): Promise<readonly TokenCertificate[]>
  pinStatus(tokenId: string): Promise<PinStatus>
  /**
   * Signs once. RSA: PKCS#1 v1.5 signature; ECDSA: DER ECDSA-Sig-Value. The signature has been verified against
   * the certificate. Throws token.pin-incorrect, token.pin-locked, token.removed, token.busy, certificate.*, provider.*;
   * never tries a PIN again by itself, and never replays one after a crash.
   */
  sign(request: SignRequest): Promise<Buffer>
  /** As the last list said it; null for a token that has not been listed. Touches no device. */
  knownLabel(tokenId: string): string | null
  /** Is this one of the labelled practice devices. */
  isPractice(tokenId: string): boolean
  onChange(listener: (reason: 'inserted' | 'removed' | 'pin' | 'provider') => void): () => void
  providers(): readonly ProviderStatus[]
  close(): Promise<void>
}
