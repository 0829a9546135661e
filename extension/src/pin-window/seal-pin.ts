/** Seals the password for the bridge alone: AES-256-GCM with the prompt's own key (token.answerPin). */

const IV_BYTES = 12

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

/** base64 of iv (12 bytes) | ciphertext | tag. The key may not leave WebCrypto again. */
export async function sealPin(pin: string, sealKey: string): Promise<string> {
  const raw = fromBase64(sealKey)
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt'])
  raw.fill(0)
  const plain = new TextEncoder().encode(pin)
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain))
  plain.fill(0)
  const whole = new Uint8Array(IV_BYTES + sealed.length)
  whole.set(iv)
  whole.set(sealed, IV_BYTES)
  return toBase64(whole)
}
