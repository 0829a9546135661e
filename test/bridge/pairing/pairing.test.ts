/** Pairing by comparing six digits, against the built bridge (security requirement 19). */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Bridge, startBridge } from '../../stands/built-bridge.js'
import { CHROME_ORIGIN, type Welcome } from '../../stands/native-peer.js'
import { type PairCommand, runPair } from '../../stands/pair-command.js'
import { openPairingPeer } from '../../stands/pairing-peer.js'
import { ask, connectPeer, openPeer } from '../../stands/socket-peer.js'

async function openWindow(bridge: Bridge): Promise<{ window: PairCommand; port: number }> {
  const window = runPair(bridge.home)
  const news = await window.next()
  expect(news).toMatchObject({ pair: 'open', seconds: 120 })
  return { window, port: Number(news.port) }
}

async function pairHonestly(bridge: Bridge): Promise<Welcome> {
  const { window, port } = await openWindow(bridge)
  const browser = openPairingPeer(port)
  const offer = await browser.commit()
  browser.open()
  expect(await window.next()).toMatchObject({
    pair: 'code',
    digits: browser.digits(offer),
    origin: CHROME_ORIGIN,
  })
  window.answer(true)
  const done = await browser.peer.next()
  expect(done).toMatchObject({ t: 'paired', port: bridge.port })
  expect(await window.next()).toMatchObject({ pair: 'paired', name: 'Chromium' })
  expect(await window.next()).toMatchObject({ pair: 'closed' })
  expect(await window.exitCode).toBe(0)
  const key = browser.key(offer).toString('base64url')
  return {
    t: 'welcome',
    port: bridge.port,
    sessionId: String(done.sessionId),
    key,
    bridgeVersion: '',
    expiresAt: 0,
  }
}

/** One attempt whose opened nonce is not the one committed to. */
async function lie(port: number): Promise<void> {
  const browser = openPairingPeer(port)
  await browser.commit()
  browser.open(Buffer.alloc(32, 7))
  expect(await browser.peer.next()).toMatchObject({ t: 'error', code: 'pairing.refused' })
  await browser.peer.closed
}

describe('requirement 19: pairing', () => {
  it('shows the same six digits on both sides and then lets the browser in, also after a restart', async () => {
    const bridge = await startBridge()
    const session = await pairHonestly(bridge)
    expect(await ask(await connectPeer(session), 'session.status')).toHaveProperty('result')
    await bridge.stop()
    await startBridge({ home: bridge.home })
    expect(await ask(await connectPeer(session), 'session.status')).toHaveProperty('result')
  })

  it('lists a pairing without its key, renames it, and closes its connection when it is revoked', async () => {
    const bridge = await startBridge()
    const session = await pairHonestly(bridge)
    const peer = await connectPeer(session)
    await ask(peer, 'session.status')
    expect((await bridge.cli('pair', '--rename', session.sessionId, '前台的电脑')).code).toBe(0)
    const listed = await bridge.cli('pair', '--list', '--json')
    expect(JSON.parse(listed.stdout)).toEqual({
      pairings: [
        {
          id: session.sessionId,
          origin: CHROME_ORIGIN,
          name: '前台的电脑',
          created: expect.stringMatching(/^\d{4}-/),
          lastUsed: expect.stringMatching(/^\d{4}-/),
        },
      ],
    })
    expect(listed.stdout).not.toContain(session.key)
    expect((await bridge.cli('pair', '--revoke', session.sessionId)).code).toBe(0)
    expect(await peer.closed).toBe(4401)
    await expect(connectPeer(session)).rejects.toThrow('HTTP 403')
    expect((await bridge.cli('pair', '--revoke', session.sessionId)).code).toBe(1)
  })

  it('keeps the pairings in a file that only the user can read', async () => {
    const bridge = await startBridge()
    const session = await pairHonestly(bridge)
    const file = join(bridge.home, 'pairings.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).toContain(session.sessionId)
  })

  it('cannot be ground: a share other than the committed one is refused, and three lies close the window for a minute', async () => {
    const bridge = await startBridge()
    const { window, port } = await openWindow(bridge)
    for (let i = 0; i < 3; i += 1) {
      await lie(port)
      expect(await window.next()).toMatchObject({ pair: 'failed', code: 'pairing.refused' })
    }
    expect(await window.next()).toMatchObject({ pair: 'closed', code: 'pairing.backoff' })
    const again = await bridge.cli('pair', '--json')
    expect(again.code).toBe(1)
    expect(JSON.parse(again.stdout)).toMatchObject({ error: { code: 'pairing.backoff' } })
    expect(JSON.parse((await bridge.cli('pair', '--list', '--json')).stdout)).toEqual({ pairings: [] })
  })

  it('tells its nonce only after it has the commitment', async () => {
    const bridge = await startBridge()
    const { port } = await openWindow(bridge)
    const browser = openPairingPeer(port)
    const first = await Promise.race([
      browser.peer.next(),
      new Promise((resolve) => setTimeout(resolve, 500, 'silence')),
    ])
    expect(first).toBe('silence')
  })

  it('does not pair when the user says the digits differ', async () => {
    const bridge = await startBridge()
    const { window, port } = await openWindow(bridge)
    const browser = openPairingPeer(port)
    await browser.commit()
    browser.open()
    await window.next()
    window.answer(false)
    expect(await browser.peer.next()).toMatchObject({ t: 'error', code: 'pairing.refused' })
    expect(await window.next()).toMatchObject({ pair: 'failed' })
  })

  it('does not pair a browser that left before the user answered', async () => {
    const bridge = await startBridge()
    const { window, port } = await openWindow(bridge)
    const browser = openPairingPeer(port)
    await browser.commit()
    browser.open()
    await window.next()
    browser.peer.socket.close()
    expect(await window.next()).toMatchObject({ pair: 'failed' })
    window.answer(true)
    expect(JSON.parse((await bridge.cli('pair', '--list', '--json')).stdout)).toEqual({ pairings: [] })
  })

  it('refuses a point that is not on the curve', async () => {
    const bridge = await startBridge()
    const { window, port } = await openWindow(bridge)
    const browser = openPairingPeer(port)
    browser.publicKey.fill(0xff, 1)
    await browser.commit()
    browser.open()
    expect(await browser.peer.next()).toMatchObject({ t: 'error' })
    expect(await window.next()).toMatchObject({ pair: 'failed' })
  })

  it('takes no page, no foreign extension, and only one browser at a time', async () => {
    const bridge = await startBridge()
    const { port } = await openWindow(bridge)
    const pairing = { port, path: '/pair', protocols: ['suoqiao-pairing.v1'] }
    for (const origin of ['https://evil.example', 'null', null, `chrome-extension://${'b'.repeat(32)}`]) {
      await expect(openPeer({ ...pairing, origin }).next()).rejects.toThrow('HTTP 403')
    }
    const first = openPairingPeer(port)
    await first.commit()
    await expect(openPeer(pairing).next()).rejects.toThrow('HTTP 503')
  })

  it('listens only while the window is open, and one window at a time', async () => {
    const bridge = await startBridge()
    const { window, port } = await openWindow(bridge)
    const second = await bridge.cli('pair', '--json')
    expect(JSON.parse(second.stdout)).toMatchObject({ error: { code: 'pairing.refused' } })
    await window.end()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await expect(openPairingPeer(port).peer.next()).rejects.toThrow('ECONNREFUSED')
  })
})
