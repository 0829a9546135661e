/** Tokens that speak PKCS#11 (v2.20 and later), through pkcs11js. */
import { type PinStatus, SuoqiaoError } from '@suoqiao/protocol'
import type { PKCS11 } from 'pkcs11js'
import { loadLibrary } from './pkcs11/library.js'
import { Session } from './pkcs11/session.js'
import { signOnce } from './pkcs11/sign-once.js'
import { readSlots, type SlotToken } from './pkcs11/slots.js'
import { watchSlots } from './pkcs11/watch-slots.js'
import type {
  CertificateRecord,
  Phase,
  Provider,
  ProviderKind,
  ProviderSettings,
  ProviderSignRequest,
  SignResult,
  TokenRecord,
} from './provider.js'

class Pkcs11Provider implements Provider {
  readonly #library: PKCS11
  readonly #settings: ProviderSettings

  constructor(library: PKCS11, settings: ProviderSettings) {
    this.#library = library
    this.#settings = settings
  }

  async listTokens(): Promise<readonly TokenRecord[]> {
    return readSlots(this.#library, this.#settings).map(({ record }) => record)
  }

  async certificates(tokenId: string): Promise<readonly CertificateRecord[]> {
    const session = new Session(this.#library, this.#token(tokenId).slot)
    try {
      return session.certificates().map(({ der }) => ({ der }))
    } finally {
      session.close()
    }
  }

  async pinStatus(tokenId: string): Promise<PinStatus> {
    return this.#token(tokenId).record.pin
  }

  async sign(request: ProviderSignRequest, enter: (phase: Phase) => Promise<void>): Promise<SignResult> {
    return signOnce({ library: this.#library, token: this.#token(request.tokenId), request, enter })
  }

  watch(changed: () => void, signal: AbortSignal): void {
    watchSlots(this.#library, changed, signal)
  }

  close(): void {
    this.#library.C_Finalize()
  }

  #token(tokenId: string): SlotToken {
    const token = readSlots(this.#library, this.#settings).find(({ record }) => record.id === tokenId)
    if (token === undefined) throw new SuoqiaoError('token.not-found')
    return token
  }
}

export default {
  id: 'pkcs11',
  async open(settings) {
    if (settings.library === null) throw new SuoqiaoError('provider.not-found')
    return new Pkcs11Provider(loadLibrary(settings.library), settings)
  },
} satisfies ProviderKind
