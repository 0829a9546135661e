/** @vitest-environment node */
/** Connecting, falling over, waking up, and what is never written to disk. */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { fakeBrowser } from 'wxt/testing/fake-browser'
import type { Channel } from '../../../extension/src/bridge-client/channel'
import { prepareBrowser, standUp } from './client-stand'
import { startDaemon } from './daemon-double'

beforeEach(() => prepareBrowser())

const status = { tokens: [], failed: [] }

/** The native port as an RPC channel, answered by the test. */
function nativeChannel(asked: string[]): () => Channel {
  return () => {
    let tell: (text: string) => void = () => {}
    return {
      transport: 'native',
      listen: (onText) => {
        tell = onText
      },
      send: (text) => {
        const { id, method } = JSON.parse(text)
        asked.push(method)
        const hello = { bridge: { version: '0.1.0', protocol: 1, methods: [] }, mustUpdate: 'none', seq: 4 }
        queueMicrotask(() =>
          tell(JSON.stringify({ id, result: method === 'session.hello' ? hello : status })),
        )
      },
      close: () => {},
    }
  }
}

/** A port on which connections are accepted and never answered, as a filtering firewall does. */
async function silentPort(): Promise<number> {
  const server = createServer()
  onTestFinished(() => {
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

test('P0 5 the session key is in no storage that is written to disk', async () => {
  const daemon = await startDaemon(randomBytes(32))
  const { client, key } = standUp({ port: daemon.port })
  await client.connect().catch(() => undefined)
  const disk = JSON.stringify([await fakeBrowser.storage.local.get(), await fakeBrowser.storage.sync.get()])
  expect(disk).not.toContain(key.toString('base64url'))
  expect(disk).toBe('[{},{}]')
})

test('P0 5 a lasting background keeps the session key in memory only', async () => {
  prepareBrowser(2)
  const key = randomBytes(32)
  const daemon = await startDaemon(key)
  await standUp({ key, port: daemon.port }).client.connect()
  expect(await fakeBrowser.storage.session.get()).toEqual({})
})

test('a woken worker is connected again within 150 ms and without the native host', async () => {
  const key = randomBytes(32)
  const daemon = await startDaemon(key)
  await standUp({ key, port: daemon.port }).client.connect()
  const times: number[] = []
  for (let round = 0; round < 20; round += 1) {
    const woken = standUp({ key, port: null })
    const started = performance.now()
    await woken.client.connect()
    times.push(performance.now() - started)
    expect(woken.hellos).toBe(0)
  }
  times.sort((a, b) => a - b)
  expect(times[18]).toBeLessThan(150)
})

test('a blocked WebSocket is replaced by the native port within 2 seconds, and the state says why', async () => {
  const asked: string[] = []
  const stand = standUp({ port: await silentPort(), nativeChannel: nativeChannel(asked) })
  const started = performance.now()
  expect(await stand.client.call('1', 'token.list', {})).toEqual(status)
  expect(performance.now() - started).toBeLessThan(2000)
  expect(stand.client.state).toMatchObject({ state: 'connected', transport: 'native', reason: 'timeout' })
  expect(asked).toEqual(['session.hello', 'token.list'])
})

test('a closed port falls over at once', async () => {
  const asked: string[] = []
  const stand = standUp({ port: 9, nativeChannel: nativeChannel(asked) })
  await stand.client.connect()
  expect(stand.client.state).toMatchObject({ transport: 'native', reason: 'blocked' })
})

test('without native host and pairing the state is “not installed”, and a second try waits', async () => {
  const stand = standUp({ port: null })
  await expect(stand.client.connect()).rejects.toMatchObject({ code: 'bridge.not-installed' })
  await expect(stand.client.connect()).rejects.toMatchObject({ code: 'bridge.not-installed' })
  expect(stand.client.state.state).toBe('not-installed')
  expect(stand.states.filter(({ state }) => state === 'connecting')).toHaveLength(1)
})

test('a bridge of a newer agreement is not asked anything; the extension must be updated', async () => {
  const key = randomBytes(32)
  const daemon = await startDaemon(key, { protocolVersion: 2 })
  const { client } = standUp({ key, port: daemon.port })
  await expect(client.call('1', 'token.list', {})).rejects.toMatchObject({ code: 'bridge.must-update' })
  expect(client.state).toMatchObject({ state: 'must-update', mustUpdate: 'extension' })
  expect(daemon.rpcFrames.map(({ method }) => method)).toEqual(['session.hello'])
})

test('parameters the agreement does not allow never leave, and results it does not allow never arrive', async () => {
  const key = randomBytes(32)
  const daemon = await startDaemon(key, { answer: () => ({ tokens: 'all of them' }) })
  const { client } = standUp({ key, port: daemon.port })
  await expect(client.call('1', 'token.pinStatus', { tokenId: '../etc' })).rejects.toMatchObject({
    code: 'request.invalid',
  })
  await expect(client.call('2', 'token.list', {})).rejects.toMatchObject({ code: 'bridge.internal' })
  expect(daemon.rpcFrames.map(({ method }) => method)).toEqual(['session.hello', 'token.list'])
})

test('a request can be given up, and one that is open when the line breaks says so', async () => {
  const key = randomBytes(32)
  const daemon = await startDaemon(key)
  const { client } = standUp({ key, port: daemon.port })
  await client.connect()
  const giveUp = new AbortController()
  const given = client.call('1', 'token.list', {}, { signal: giveUp.signal })
  setTimeout(() => giveUp.abort(), 10)
  await expect(given).rejects.toMatchObject({ code: 'request.cancelled' })
  const broken = client.call('2', 'token.list', {})
  setTimeout(() => daemon.closeAll(), 20)
  await expect(broken).rejects.toMatchObject({ code: 'bridge.disconnected' })
  expect(client.state.state).toBe('not-running')
})

test('events are passed on, and missed ones lead to a fresh look at the tokens', async () => {
  const key = randomBytes(32)
  const daemon = await startDaemon(key, { seq: 5 })
  const first = standUp({ key, port: daemon.port })
  await first.client.connect()
  daemon.send({ event: 'token.changed', seq: 6, data: { reason: 'inserted' } })
  daemon.send({ event: 'token.changed', seq: 7, data: { reason: 'stolen' } })
  await expect.poll(() => first.events).toHaveLength(1)
  expect(first.events[0]).toEqual({ event: 'token.changed', data: { reason: 'inserted' } })
  const woken = standUp({ key, port: null })
  await woken.client.connect()
  expect(woken.events).toEqual([{ event: 'token.changed', data: { reason: 'provider' } }])
})
