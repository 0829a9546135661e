/** Seals a PIN as the extension's window does, written from the protocol's description and with WebCrypto. */
import { webcrypto } from 'node:crypto'

/** key = HKDF-SHA256(K, salt promptId, info "suoqiao pin"); base64 of iv (12 bytes), ciphertext and tag. */
export async function sealPin(sessionKey: Buffer, promptId: string, pin: string): Promise<string> {
  const { subtle } = webcrypto
  const ikm = await subtle.importKey('raw', Uint8Array.from(sessionKey), 'HKDF', false, ['deriveKey'])
  const utf8 = new TextEncoder()
  const derivation = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: utf8.encode(promptId),
    info: utf8.encode('suoqiao pin'),
  }
  const key = await subtle.deriveKey(derivation, ikm, { name: 'AES-GCM', length: 256 }, false, ['encrypt'])
  const iv = webcrypto.getRandomValues(new Uint8Array(12))
  const sealed = await subtle.encrypt({ name: 'AES-GCM', iv }, key, utf8.encode(pin))
  return Buffer.concat([iv, Buffer.from(sealed)]).toString('base64')
}
