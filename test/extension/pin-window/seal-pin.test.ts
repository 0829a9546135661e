import { createDecipheriv, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sealPin } from '../../../extension/src/pin-window/seal-pin'

function open(sealed: string, key: Buffer): string {
  const bytes = Buffer.from(sealed, 'base64')
  const opener = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
  opener.setAuthTag(bytes.subarray(-16))
  return Buffer.concat([opener.update(bytes.subarray(12, -16)), opener.final()]).toString('utf8')
}

describe('the sealed password', () => {
  const key = randomBytes(32)

  it('is opened by the bridge that has the same key', async () => {
    expect(open(await sealPin('Pass-口令-1', key.toString('base64')), key)).toBe('Pass-口令-1')
  })

  it('looks different each time and never contains the password', async () => {
    const first = await sealPin('12345678', key.toString('base64'))
    const second = await sealPin('12345678', key.toString('base64'))
    expect(first).not.toBe(second)
    expect(Buffer.from(first, 'base64').toString('latin1')).not.toContain('12345678')
  })

  it('cannot be opened with another key', async () => {
    const sealed = await sealPin('12345678', key.toString('base64'))
    expect(() => open(sealed, randomBytes(32))).toThrow()
  })
})
