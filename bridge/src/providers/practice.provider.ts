/** 练习设备: software keys without legal effect, behind the same door as a real token. */
import { constants, createHash, privateEncrypt } from 'node:crypto'
import { p256 } from '@noble/curves/nist.js'
import { type PinStatus, SuoqiaoError } from '@suoqiao/protocol'
import { digestInfo } from '../certificates/digest-info.js'
import { tokenIdOf } from '../devices/token-id.js'
import { PracticePin } from '../practice-token/practice-pin.js'
import { openPracticeStore, type PracticeKey, type PracticeStore } from '../practice-token/practice-store.js'
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

const LABEL = '练习设备'

class PracticeProvider implements Provider {
  readonly #store: PracticeStore
  readonly #pin: PracticePin
  readonly #settings: ProviderSettings

  constructor(store: PracticeStore, pin: PracticePin, settings: ProviderSettings) {
    this.#store = store
    this.#pin = pin
    this.#settings = settings
  }

  async listTokens(): Promise<readonly TokenRecord[]> {
    const { serial } = this.#store
    return [
      {
        id: this.#id(),
        vendor: this.#settings.vendor,
        label: LABEL,
        serial,
        practice: true,
        pin: await this.#pin.status(),
      },
    ]
  }

  async certificates(tokenId: string): Promise<readonly CertificateRecord[]> {
    this.#mustBeOurs(tokenId)
    const own = this.#store.keys.map(({ certificate }) => ({ der: certificate }))
    return [...own, { der: this.#store.authority }]
  }

  async pinStatus(tokenId: string): Promise<PinStatus> {
    this.#mustBeOurs(tokenId)
    return this.#pin.status()
  }

  async sign(request: ProviderSignRequest, enter: (phase: Phase) => Promise<void>): Promise<SignResult> {
    this.#mustBeOurs(request.tokenId)
    const key = this.#store.keys.find(
      ({ certificate }) => createHash('sha256').update(certificate).digest('hex') === request.certificateId,
    )
    if (key === undefined) throw new SuoqiaoError('certificate.not-found')
    if (key.algorithm !== request.algorithm) throw new SuoqiaoError('provider.mechanism-unsupported')
    await enter('login')
    try {
      await this.#pin.check(request.pin)
    } finally {
      request.pin.fill(0)
    }
    await enter('sign')
    return { signature: signDigest(key, request.digest), certificate: key.certificate }
  }

  close(): void {}

  #id(): string {
    return tokenIdOf(this.#settings.id, LABEL, this.#store.serial)
  }

  #mustBeOurs(tokenId: string): void {
    if (tokenId !== this.#id()) throw new SuoqiaoError('token.not-found')
  }
}

function signDigest({ algorithm, privateKey }: PracticeKey, digest: Buffer): Buffer {
  if (algorithm === 'RSA-SHA256') {
    return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, digestInfo(digest))
  }
  const { d } = privateKey.export({ format: 'jwk' })
  const scalar = Buffer.from(d ?? '', 'base64url')
  return Buffer.from(p256.sign(digest, scalar, { prehash: false, lowS: false, format: 'der' }))
}

export default {
  id: 'practice',
  async open(settings) {
    if (settings.directory === null) throw new SuoqiaoError('provider.not-found')
    const store = await openPracticeStore(settings.directory)
    return new PracticeProvider(store, new PracticePin(settings.directory), settings)
  },
} satisfies ProviderKind
