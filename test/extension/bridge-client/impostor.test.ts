/** @vitest-environment node */
/** P0 4: whoever cannot prove K gets the proof frame and nothing else. */
import { randomBytes } from 'node:crypto'
import { SUBPROTOCOL } from '@suoqiao/protocol'
import { beforeEach, expect, test } from 'vitest'
import { prepareBrowser, standUp } from './client-stand'
import { type Lies, startDaemon } from './daemon-double'

beforeEach(() => prepareBrowser())

const key = randomBytes(32)
const earlier = { mac: '' }
const impostors: Record<string, Lies> = {
  'has another key': { key: randomBytes(32) },
  'has a key of zeros': { key: Buffer.alloc(32) },
  'reflects our own proof': { mac: (_right, clientMac) => clientMac },
  'alters one character of the right proof': {
    mac: (right) => (right.startsWith('A') ? 'B' : 'A') + right.slice(1),
  },
  'sends a shortened proof': { mac: (right) => right.slice(0, 42) },
  'sends an empty proof': { mac: () => '' },
  'greets in another protocol': { firstFrame: { t: 'hello', protocol: 'other.v1', serverNonce: 'x' } },
  'greets with a request instead': { firstFrame: { id: '1', method: 'token.list', params: {} } },
  'claims to be done before we spoke': { firstFrame: { t: 'ok', mac: 'A'.repeat(43), seq: 0 } },
}

for (const [deed, lies] of Object.entries(impostors)) {
  test(`P0 4 a program on the port that ${deed} receives no request and is called an impostor`, async () => {
    const daemon = await startDaemon(key, lies)
    const { client } = standUp({ key, port: daemon.port })
    await expect(client.call('1', 'token.list', {})).rejects.toMatchObject({ code: 'bridge.impostor' })
    expect(daemon.rpcFrames).toEqual([])
    expect(client.state).toMatchObject({ state: 'impostor', transport: null })
  })
}

test('P0 4 a proof that was right in an earlier connection is worthless in the next', async () => {
  const honest = await startDaemon(key, {
    mac: (right) => {
      earlier.mac = right
      return right
    },
  })
  await standUp({ key, port: honest.port }).client.connect()
  expect(honest.rpcFrames).toHaveLength(1)
  prepareBrowser()
  const replaying = await startDaemon(key, { mac: () => earlier.mac })
  const { client } = standUp({ key, port: replaying.port })
  await expect(client.connect()).rejects.toMatchObject({ code: 'bridge.impostor' })
  expect(replaying.rpcFrames).toEqual([])
})

test('the honest daemon is proved and asked', async () => {
  const daemon = await startDaemon(key, { answer: () => ({ tokens: [], failed: [] }) })
  const { client } = standUp({ key, port: daemon.port })
  expect(await client.call('request-1', 'token.list', {})).toEqual({ tokens: [], failed: [] })
  expect(daemon.rpcFrames.map(({ method }) => method)).toEqual(['session.hello', 'token.list'])
  expect(daemon.rpcFrames[1]?.id).toBe('request-1')
  expect(client.state).toMatchObject({ state: 'connected', transport: 'websocket', reason: null })
  expect(SUBPROTOCOL).toBe('suoqiao.v1')
})

test('an old session meeting a stranger on its port asks the native host before it calls anyone an impostor', async () => {
  const stranger = await startDaemon(key, { key: randomBytes(32) })
  const moved = await startDaemon(key)
  const first = standUp({ key, port: stranger.port })
  await first.client.connect().catch(() => undefined)
  const second = standUp({ key, port: moved.port })
  await second.client.connect()
  expect(second.client.state.state).toBe('connected')
  expect(stranger.rpcFrames).toEqual([])
})
