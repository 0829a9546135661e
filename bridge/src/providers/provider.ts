/**
 * What a provider is: the code that speaks one kind of token interface. It runs only in the provider process.
 * To add one, write `<id>.provider.ts` with a default export `{ id, open } satisfies ProviderKind`; nothing else
 * changes. The smallest example is practice.provider.ts.
 */
import type { PinStatus } from '@suoqiao/protocol'

/** What the daemon tells the child about the library it may load; checked by drivers/check-library.ts before. */
export interface ProviderSettings {
  /** Id of the driver or of the settings entry; part of every token id. */
  readonly id: string
  readonly vendor: string
  /** Real, absolute path of the checked library; null where there is none (practice). */
  readonly library: string | null
  /** Own directory of a provider that keeps files; null for all others. */
  readonly directory: string | null
}

export interface TokenRecord {
  readonly id: string
  readonly vendor: string
  readonly label: string
  readonly serial: string
  readonly practice: boolean
  readonly pin: PinStatus
}

/** Raw certificates as the token holds them, DER. Parsing is certificates/parse-certificate.ts. */
export interface CertificateRecord {
  readonly der: Buffer
}

export interface ProviderSignRequest {
  readonly tokenId: string
  /** SHA-256 of the certificate's DER, hex. */
  readonly certificateId: string
  /** SHA-256 of what is signed, 32 bytes. */
  readonly digest: Buffer
  readonly algorithm: SignatureAlgorithm
  /** Tried once. The provider zeroes it as soon as the token has seen it. */
  readonly pin: Buffer
}

export type SignatureAlgorithm = 'RSA-SHA256' | 'ECDSA-SHA256'

/** Which deadline of the daemon runs now; the provider reports before each call that may hang. */
export type Phase = 'login' | 'sign' | 'finish'

export interface SignResult {
  /** RSA: PKCS#1 v1.5; ECDSA: DER ECDSA-Sig-Value. */
  readonly signature: Buffer
  /** DER of the certificate that was found for `certificateId`. */
  readonly certificate: Buffer
}

export interface Provider {
  listTokens(): Promise<readonly TokenRecord[]>
  certificates(tokenId: string): Promise<readonly CertificateRecord[]>
  /** Never tries a PIN. */
  pinStatus(tokenId: string): Promise<PinStatus>
  /** Login, one signature, logout. No session stays logged in, whatever happens. */
  sign(request: ProviderSignRequest, enter: (phase: Phase) => Promise<void>): Promise<SignResult>
  /** Calls back when a token may have come or gone; ends with `signal`. Without it the daemon polls the list. */
  watch?(changed: () => void, signal: AbortSignal): void
  close(): void
}

export interface ProviderKind {
  /** Same as the file name; drivers name it in `provider`. */
  readonly id: string
  /** Loads and initialises. Throws provider.load-failed or provider.failed. */
  open(settings: ProviderSettings): Promise<Provider>
}
