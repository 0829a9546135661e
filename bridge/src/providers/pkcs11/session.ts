/** One PKCS#11 session: finding certificates and keys. Always closed by whoever opened it. */
import { createHash } from 'node:crypto'
import type { Handle, PKCS11 } from 'pkcs11js'
import { isSameCkaId } from './cka-id.js'
import { native } from './native-codes.js'

/** PKCS#11 v2.40 §4. */
const CKA_CLASS = 0x0
const CKA_VALUE = 0x11
const CKA_KEY_TYPE = 0x100
const CKA_ID = 0x102
const CKA_MODULUS = 0x120
const CKA_ALWAYS_AUTHENTICATE = 0x202
const CKO_CERTIFICATE = 0x1
const CKO_PRIVATE_KEY = 0x3
const CKF_SERIAL_SESSION = 0x4
/** No token of a company holds more; a library that never stops giving handles must not fill the memory. */
const MAX_OBJECTS = 64

export interface FoundCertificate {
  readonly der: Buffer
  readonly ckaId: Buffer
}

export interface FoundKey {
  readonly handle: Handle
  readonly alwaysAuthenticate: boolean
}

export class Session {
  readonly #library: PKCS11
  readonly handle: Handle

  constructor(library: PKCS11, slot: Handle) {
    this.#library = library
    this.handle = native('C_OpenSession', () => library.C_OpenSession(slot, CKF_SERIAL_SESSION))
  }

  certificates(): FoundCertificate[] {
    return this.#find([{ type: CKA_CLASS, value: CKO_CERTIFICATE }]).flatMap((object) => {
      const der = this.#read(object, CKA_VALUE)
      return der === null || der.length === 0
        ? []
        : [{ der, ckaId: this.#read(object, CKA_ID) ?? Buffer.alloc(0) }]
    })
  }

  certificate(id: string): FoundCertificate | undefined {
    return this.certificates().find(({ der }) => createHash('sha256').update(der).digest('hex') === id)
  }

  /** Private keys are visible after login only. Falls back from CKA_ID to the modulus, then to the only key there is. */
  privateKey(certificate: FoundCertificate, keyType: number): FoundKey | undefined {
    const handles = this.#find([
      { type: CKA_CLASS, value: CKO_PRIVATE_KEY },
      { type: CKA_KEY_TYPE, value: keyType },
    ])
    const handle =
      handles.find((key) => isSameCkaId(this.#read(key, CKA_ID) ?? Buffer.alloc(0), certificate.ckaId)) ??
      handles.find((key) => this.#hasModulusOf(key, certificate.der)) ??
      (certificate.ckaId.length === 0 && handles.length === 1 ? handles[0] : undefined)
    if (handle === undefined) return undefined
    const flag = this.#read(handle, CKA_ALWAYS_AUTHENTICATE)
    return { handle, alwaysAuthenticate: flag !== null && flag[0] === 1 }
  }

  close(): void {
    try {
      this.#library.C_CloseSession(this.handle)
    } catch {
      // The token is gone, and the session with it.
    }
  }

  #hasModulusOf(key: Handle, certificate: Buffer): boolean {
    const modulus = this.#read(key, CKA_MODULUS)
    return modulus !== null && modulus.length >= 128 && certificate.includes(modulus)
  }

  #find(template: { type: number; value: number }[]): Handle[] {
    native('C_FindObjectsInit', () => this.#library.C_FindObjectsInit(this.handle, template))
    try {
      return native('C_FindObjects', () => this.#library.C_FindObjects(this.handle, MAX_OBJECTS))
    } finally {
      native('C_FindObjectsFinal', () => this.#library.C_FindObjectsFinal(this.handle))
    }
  }

  /** Null for an attribute the object does not have or does not show. */
  #read(object: Handle, type: number): Buffer | null {
    try {
      const value = this.#library.C_GetAttributeValue(this.handle, object, [{ type }])[0]?.value
      return Buffer.isBuffer(value) ? Buffer.from(value) : null
    } catch {
      return null
    }
  }
}
