/** @vitest-environment node */
/** The sealing key of a PIN prompt, against Node's own HKDF. */
import { hkdfSync, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { importSessionKey, pinSealKey } from '../../../extension/src/bridge-client/session-key'

test('the PIN of one prompt is sealed under a key that the bridge derives the same way', async () => {
  const key = randomBytes(32)
  const keys = await importSessionKey(new Uint8Array(key))
  const sealed = await pinSealKey(keys, 'prompt-0123456789abcdef')
  const expected = hkdfSync('sha256', key, 'prompt-0123456789abcdef', 'suoqiao pin', 32)
  expect(Buffer.from(sealed)).toEqual(Buffer.from(expected))
  expect(Buffer.from(await pinSealKey(keys, 'another-prompt-012345'))).not.toEqual(Buffer.from(expected))
})

test('P0 5 the session key cannot be read back out of its handles', async () => {
  const keys = await importSessionKey(new Uint8Array(randomBytes(32)))
  await expect(crypto.subtle.exportKey('raw', keys.proofKey)).rejects.toThrow()
  await expect(crypto.subtle.exportKey('raw', keys.deriveKey)).rejects.toThrow()
})
