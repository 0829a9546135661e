/** Stands where the extension's PIN window is: answers every pin.requested at once, sealed as the window seals it. */
import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Session } from './session.js'

/** AES-256-GCM under HKDF-SHA256(K, salt promptId, info "suoqiao pin"); iv, ciphertext and tag in this order. */
export function seal(key: Buffer, promptId: string, pin: string): string {
  const sealKey = Buffer.from(hkdfSync('sha256', key, promptId, 'suoqiao pin', 32))
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', sealKey, iv)
  return Buffer.concat([iv, cipher.update(pin, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
    'base64',
  )
}

export function answerPinsAtOnce(session: Session, pin: string): void {
  session.onEvent((event, data) => {
    if (event !== 'pin.requested' || !('promptId' in data)) return
    const { promptId } = data
    // A refused answer shows up in the signature it was for, which then does not come.
    void session
      .call('token.answerPin', { promptId, sealedPin: seal(session.key, promptId, pin) })
      .catch(() => {})
  })
}
