/** @vitest-environment node */
/** Pairing with the daemon's real pairing window. */
import { PAIRING_PORTS } from '@suoqiao/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openPairingWindow } from '../../../bridge/src/pairing/pairing-window.js'
import { beginPairing } from '../../../extension/src/bridge-client/pairing-client'
import { BrowserSocket, ORIGIN } from './daemon-double'

beforeEach(() => vi.stubGlobal('WebSocket', BrowserSocket))

type Window = Awaited<ReturnType<typeof openPairingWindow>>
let open: Window | null = null
afterEach(() => {
  open?.close()
  open = null
})

/** The daemon's window with a person before it; what was stored and shown is kept. */
async function pairingWindow() {
  const seen = { digits: '', key: Buffer.alloc(0), code: '' }
  const news = (item: { pair: string; digits?: string; code?: string }): void => {
    if (item.digits) seen.digits = item.digits
    if (item.code) seen.code = item.code
  }
  const pairings = {
    add: (_origin: string, name: string, key: Buffer) => {
      seen.key = Buffer.from(key)
      return { id: 'pairing-0123456789', name }
    },
  }
  const backOff = { succeed: () => {}, fail: () => {}, isActive: () => false }
  open = await openPairingWindow({
    pairings: pairings as never,
    backOff: backOff as never,
    port: () => 40_000,
    tell: news as never,
  })
  return { seen, window: open }
}

test('both sides show the same six digits and end with the same key', async () => {
  const { seen, window } = await pairingWindow()
  const attempt = await beginPairing(ORIGIN, 'Test/1')
  await expect.poll(() => seen.digits).toBe(attempt.digits)
  expect(attempt.digits).toMatch(/^\d{6}$/)
  window.answer(true)
  const pairing = await attempt.confirmed()
  expect(pairing).toMatchObject({ sessionId: 'pairing-0123456789', port: 40_000 })
  const text = new TextEncoder().encode('same key?')
  const ours = await crypto.subtle.sign('HMAC', pairing.proofKey, text)
  const usages: KeyUsage[] = ['sign']
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const theirs = await crypto.subtle.importKey('raw', new Uint8Array(seen.key), algorithm, false, usages)
  expect(Buffer.from(ours)).toEqual(Buffer.from(await crypto.subtle.sign('HMAC', theirs, text)))
})

test('digits that the user calls different end the pairing', async () => {
  const { seen, window } = await pairingWindow()
  const attempt = await beginPairing(ORIGIN, 'Test/1')
  await expect.poll(() => seen.digits).not.toBe('')
  window.answer(false)
  await expect(attempt.confirmed()).rejects.toMatchObject({ code: 'pairing.refused' })
})

test('without an open pairing window there is nothing to pair with', async () => {
  expect(PAIRING_PORTS).toHaveLength(5)
  await expect(beginPairing(ORIGIN, 'Test/1')).rejects.toMatchObject({ code: 'pairing.closed' })
})
