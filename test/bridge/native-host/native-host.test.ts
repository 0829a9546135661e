/** The native host as browsers start it, against the built bridge (security requirements 5, 6 and 18). */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { NATIVE_CHUNK_CHARS, type nativeChunk } from '@suoqiao/protocol'
import type * as v from 'valibot'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  CHROME_EXTENSION_ID,
  callerFamily,
  GECKO_EXTENSION_ID,
} from '../../../bridge/src/native-host/identity.js'
import { createAssembler, isOwnExtension, toChunks } from '../../../bridge/src/server/native-door.js'
import manifestKey from '../../../extension/manifest-key.json' with { type: 'json' }
import { bundle, environment, runBundle, startBridge, temporaryHome } from '../../stands/built-bridge.js'
import {
  CHROME_ARGS,
  CHROME_ORIGIN,
  FIREFOX_ARGS,
  FIREFOX_ORIGIN,
  type NativePeer,
  openNativePeer,
  welcomeFrom,
} from '../../stands/native-peer.js'
import { connectPeer } from '../../stands/socket-peer.js'
import { startWordyDaemon } from '../../stands/wordy-daemon.js'

type Chunk = v.InferOutput<typeof nativeChunk>

/** One request over the native port; the pieces of the reply are counted. */
async function askNatively(
  peer: NativePeer,
  method: string,
  params: unknown = {},
): Promise<{ reply: unknown; pieces: Chunk[] }> {
  for (const chunk of toChunks(JSON.stringify({ id: 'native-1', method, params }))) peer.send(chunk)
  const pieces: Chunk[] = []
  for (;;) {
    const chunk = (await peer.next()) as Chunk
    pieces.push(chunk)
    if (chunk.last) return { reply: JSON.parse(pieces.map(({ text }) => text).join('')), pieces }
  }
}

const wrongCallers: readonly [string, string[]][] = [
  ['another extension', [`chrome-extension://${'b'.repeat(32)}/`]],
  ['our id without the slash', [CHROME_ORIGIN]],
  ['our id with more behind it', [`${CHROME_ORIGIN}/evil`]],
  ['a web page', ['https://evil.example/']],
  ['nobody', []],
  ['another add-on', ['/x/host.json', 'evil@example.org']],
  ['our add-on id alone', [GECKO_EXTENSION_ID]],
  ['our add-on id in the wrong place', [GECKO_EXTENSION_ID, '/x/host.json']],
]

describe('P0 6: whom the native host serves', () => {
  it('has the same ids as the extension, and the Chrome id follows from the key', () => {
    const hash = createHash('sha256').update(Buffer.from(manifestKey.key, 'base64')).digest('hex')
    const id = [...hash.slice(0, 32)]
      .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)))
      .join('')
    expect(manifestKey.chromeId).toBe(id)
    expect(CHROME_EXTENSION_ID).toBe(id)
    expect(GECKO_EXTENSION_ID).toBe(manifestKey.geckoId)
  })

  it.each(wrongCallers)('ends with 1 and says nothing on stdout to %s', async (_who, args) => {
    const home = temporaryHome()
    const ran = await runBundle(home, ['native-host', ...args])
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(callerFamily(args)).toBeUndefined()
  })

  it('knows Chrome by its origin and Firefox by manifest and add-on id', () => {
    expect(callerFamily([...CHROME_ARGS, '--parent-window=0'])).toBe('chromium')
    expect(callerFamily(FIREFOX_ARGS)).toBe('gecko')
  })

  it.each([
    ['chromium', CHROME_ORIGIN, true],
    ['chromium', `${CHROME_ORIGIN}.evil`, false],
    ['chromium', FIREFOX_ORIGIN, false],
    ['gecko', FIREFOX_ORIGIN, true],
    ['gecko', CHROME_ORIGIN, false],
    ['gecko', 'moz-extension://evil', false],
  ] as const)('from %s takes the origin %s: %s', (family, origin, isOwn) => {
    expect(isOwnExtension(family, origin)).toBe(isOwn)
  })

  it('gives no key to a Chrome that states another origin', async () => {
    const bridge = await startBridge()
    const peer = openNativePeer(bridge.home, CHROME_ARGS)
    peer.send({ t: 'hello', extensionOrigin: FIREFOX_ORIGIN })
    expect(await peer.next()).toEqual({ t: 'error', code: 'bridge.unauthorized' })
    expect(await peer.ended).toBe(0)
  })
})

describe('the native host', () => {
  it('hands out a session by which the WebSocket opens', async () => {
    const bridge = await startBridge()
    const peer = openNativePeer(bridge.home)
    const welcome = await welcomeFrom(peer)
    expect(welcome).toMatchObject({ port: bridge.port, bridgeVersion: '0.1.0' })
    expect(welcome.expiresAt - Date.now()).toBeGreaterThan(11.9 * 3_600_000)
    await expect(connectPeer(welcome)).resolves.toHaveProperty('socket')
    expect(await peer.close()).toBe(0)
  })

  it('starts the daemon when it is down, and the daemon outlives it', async () => {
    const home = temporaryHome()
    onTestFinished(() => void spawnSync(process.execPath, [bundle, 'quit'], { env: environment(home) }))
    const peer = openNativePeer(home)
    const welcome = await welcomeFrom(peer)
    expect(await peer.close()).toBe(0)
    const status = await runBundle(home, ['status', '--json'])
    expect(JSON.parse(status.stdout)).toMatchObject({ running: true, port: welcome.port })
  })

  it('ends by itself when the daemon goes', async () => {
    const bridge = await startBridge()
    const peer = openNativePeer(bridge.home)
    await welcomeFrom(peer)
    await bridge.stop()
    await expect(peer.next()).rejects.toThrow('ended')
    expect(await peer.ended).toBe(0)
  })

  it('ends even when the browser keeps its side open after the daemon has gone', async () => {
    const bridge = await startBridge()
    const peer = openNativePeer(bridge.home, CHROME_ARGS, { isStubborn: true })
    await welcomeFrom(peer)
    await bridge.stop()
    const startedAt = performance.now()
    await peer.ended
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })

  it('hangs up on a frame that is neither hello nor a piece of a request', async () => {
    const bridge = await startBridge()
    const peer = openNativePeer(bridge.home)
    await welcomeFrom(peer)
    peer.send({ t: 'quit' })
    expect(await peer.next()).toEqual({ t: 'error', code: 'request.invalid' })
  })

  it('takes no request before hello', async () => {
    const bridge = await startBridge()
    const peer = openNativePeer(bridge.home)
    peer.send(toChunks('{"id":"1","method":"session.status","params":{}}')[0])
    expect(await peer.next()).toEqual({ t: 'error', code: 'bridge.unauthorized' })
  })
})

describe('requirement 18: the same requests over the native port', () => {
  it('answers a request like the WebSocket does', async () => {
    const bridge = await startBridge()
    const peer = openNativePeer(bridge.home)
    await welcomeFrom(peer)
    const { reply } = await askNatively(peer, 'session.status')
    expect(reply).toMatchObject({ id: 'native-1', result: { pid: bridge.pid, connections: 1 } })
    expect((await askNatively(peer, 'token.explode')).reply).toMatchObject({
      error: { code: 'request.unknown-method' },
    })
  })

  it('carries a reply of more than 2 MiB in pieces a browser takes', async () => {
    const home = temporaryHome()
    await startWordyDaemon(home, 32_000)
    const peer = openNativePeer(home)
    await welcomeFrom(peer)
    const { reply, pieces } = await askNatively(peer, 'session.status')
    expect(JSON.stringify(reply).length).toBeGreaterThan(2 << 20)
    expect((reply as { result: { providers: unknown[] } }).result.providers).toHaveLength(32_000)
    expect(pieces.length).toBeGreaterThan(8)
    for (const { text } of pieces) expect(text.length).toBeLessThanOrEqual(NATIVE_CHUNK_CHARS)
  })

  it('carries a request of several pieces while a reply is under way', async () => {
    const bridge = await startBridge()
    const peer = openNativePeer(bridge.home)
    await welcomeFrom(peer)
    const { reply } = await askNatively(peer, 'session.status', { pad: '锁'.repeat(300_000) })
    expect(reply).toMatchObject({ result: { pid: bridge.pid } })
  })

  it('joins pieces in order only', () => {
    const [first, second] = toChunks('x'.repeat(NATIVE_CHUNK_CHARS + 1))
    if (!first || !second) throw new Error('two pieces expected')
    const assemble = createAssembler()
    expect(assemble(first)).toBeUndefined()
    expect(assemble(second)).toHaveLength(NATIVE_CHUNK_CHARS + 1)
    expect(() => createAssembler()(second)).toThrow()
    expect(() => createAssembler(10)(first)).toThrow()
  })
})
