/** The adversarial table of the handshake, against the built bridge (security requirements 2 and 3). */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { startBridge } from '../../stands/built-bridge.js'
import { CHROME_ORIGIN, FIREFOX_ORIGIN, obtainSession, type Welcome } from '../../stands/native-peer.js'
import {
  type AuthFacts,
  ask,
  authFrameOf,
  connectPeer,
  factsOf,
  macOf,
  type Opening,
  openPeer,
  type SocketPeer,
} from '../../stands/socket-peer.js'

/** Every wrong opening and what the door answers; `host` gets the port appended. */
const wrongOpenings: readonly [string, Omit<Opening, 'port'> & { readonly host?: string }, string][] = [
  ['a page of a website', { origin: 'https://evil.example' }, 'HTTP 403'],
  ['a page without an origin of its own', { origin: 'null' }, 'HTTP 403'],
  ['a program that sends no Origin', { origin: null }, 'HTTP 403'],
  ['another extension', { origin: `chrome-extension://${'b'.repeat(32)}` }, 'HTTP 403'],
  ['an origin that only begins like ours', { origin: `${CHROME_ORIGIN}.evil.com` }, 'HTTP 403'],
  ['our origin with a slash', { origin: `${CHROME_ORIGIN}/` }, 'HTTP 403'],
  ['our origin in capitals', { origin: CHROME_ORIGIN.toUpperCase() }, 'HTTP 403'],
  ['a Firefox that has no session', { origin: FIREFOX_ORIGIN }, 'HTTP 403'],
  ['a rebound host name', { host: 'evil.example:' }, 'HTTP 421'],
  ['the name localhost', { host: 'localhost:' }, 'HTTP 421'],
  ['an IPv6 loopback host', { host: '[::1]:' }, 'HTTP 421'],
  ['the host of another port', { host: '127.0.0.1:1' }, 'HTTP 421'],
  ['the path /', { path: '/' }, 'HTTP 404'],
  ['the path with a query', { path: '/v1?key=1' }, 'HTTP 404'],
  ['no subprotocol', { protocols: [] }, 'HTTP 400'],
  ['another subprotocol', { protocols: ['suoqiao.v0'] }, 'HTTP 400'],
]

describe('P0 2: who may open the WebSocket', () => {
  it('refuses every wrong Host, Origin, path and subprotocol with its status, and still serves our extension', async () => {
    const bridge = await startBridge()
    const welcome = await obtainSession(bridge.home)
    for (const [who, { host, ...opening }, answer] of wrongOpenings) {
      const headers: Record<string, string> = host === undefined ? {} : { host: `${host}${bridge.port}` }
      const peer = openPeer({ port: bridge.port, ...opening, headers })
      await expect(peer.next(), who).rejects.toThrow(answer)
    }
    const peer = await connectPeer(welcome)
    expect(await ask(peer, 'session.status')).toMatchObject({ result: { pid: bridge.pid, connections: 1 } })
  })

  it('lets nobody in before an extension said hello', async () => {
    const bridge = await startBridge()
    await expect(openPeer({ port: bridge.port }).next()).rejects.toThrow('HTTP 403')
  })

  it('serves Chrome and Firefox side by side, each with its own origin', async () => {
    const bridge = await startBridge()
    const chrome = await connectPeer(await obtainSession(bridge.home))
    const firefox = await connectPeer(await obtainSession(bridge.home, FIREFOX_ORIGIN), FIREFOX_ORIGIN)
    expect(await ask(chrome, 'session.status')).toMatchObject({ result: { connections: 2 } })
    expect(await ask(firefox, 'session.status')).toMatchObject({ result: { connections: 2 } })
  })
})

type Lie = (facts: AuthFacts, peer: SocketPeer, other: Welcome) => unknown

/** First frames that must not be believed. A function gets the true facts and bends them. */
const lies: readonly [string, Lie][] = [
  ['a wrong key', (facts) => authFrameOf({ ...facts, key: randomBytes(32) })],
  ['a key of zeros', (facts) => authFrameOf({ ...facts, key: Buffer.alloc(32) })],
  ['a call instead of a proof', () => ({ id: '1', method: 'session.status', params: {} })],
  ['a truncated mac', (facts) => ({ ...authFrameOf(facts), mac: macOf('client', facts).slice(0, 22) })],
  ['an empty mac', (facts) => ({ ...authFrameOf(facts), mac: '' })],
  ["the daemon's own kind of mac", (facts) => ({ ...authFrameOf(facts), mac: macOf('server', facts) })],
  ["the server's nonce echoed", (facts) => ({ ...authFrameOf(facts), clientNonce: facts.serverNonce })],
  ['another port', (facts) => authFrameOf({ ...facts, port: facts.port + 1 })],
  ['another origin', (facts) => authFrameOf({ ...facts, origin: FIREFOX_ORIGIN })],
  ['a nonce of its own choice', (facts) => authFrameOf({ ...facts, serverNonce: 'A'.repeat(43) })],
  ['an unknown session', (facts) => authFrameOf({ ...facts, sessionId: 'x'.repeat(32) })],
  [
    "another browser's session with our key",
    (facts, _peer, other) => authFrameOf({ ...facts, sessionId: other.sessionId }),
  ],
  [
    "another browser's session and key from our origin",
    (facts, _peer, other) => {
      const key = Buffer.from(other.key, 'base64url')
      return authFrameOf({ ...facts, sessionId: other.sessionId, key })
    },
  ],
  ['no JSON', () => '{"t":"auth"'],
  ['a session id that is an object', (facts) => ({ ...authFrameOf(facts), sessionId: { $ne: '' } })],
]

describe('P0 3: proof of the key on both sides', () => {
  it('closes every false proof with 4401 and the same words', async () => {
    const bridge = await startBridge()
    const welcome = await obtainSession(bridge.home)
    const other = await obtainSession(bridge.home, FIREFOX_ORIGIN)
    const reasons = new Set<string>()
    for (const [what, lie] of lies) {
      const peer = openPeer({ port: bridge.port })
      peer.socket.on('close', (_code, reason) => reasons.add(String(reason)))
      const hello = await peer.next()
      peer.send(lie(factsOf(welcome, hello.serverNonce ?? ''), peer, other))
      expect(await peer.closed, what).toBe(4401)
      await expect(peer.next(), what).rejects.toThrow('close 4401')
    }
    expect([...reasons]).toEqual([''])
  })

  it('closes a binary proof with 4401', async () => {
    const bridge = await startBridge()
    const welcome = await obtainSession(bridge.home)
    const peer = openPeer({ port: bridge.port })
    const facts = factsOf(welcome, (await peer.next()).serverNonce ?? '')
    peer.socket.send(Buffer.from(JSON.stringify(authFrameOf(facts))))
    expect(await peer.closed).toBe(4401)
  })

  it('does not believe a recorded proof that is played again', async () => {
    const bridge = await startBridge()
    const welcome = await obtainSession(bridge.home)
    const first = openPeer({ port: bridge.port })
    const recorded = authFrameOf(factsOf(welcome, (await first.next()).serverNonce ?? ''))
    first.send(recorded)
    expect(await first.next()).toMatchObject({ t: 'ok' })
    const second = openPeer({ port: bridge.port })
    await second.next()
    second.send(recorded)
    expect(await second.closed).toBe(4401)
  })

  it('does not believe its own proof reflected back', async () => {
    const bridge = await startBridge()
    const welcome = await obtainSession(bridge.home)
    const honest = openPeer({ port: bridge.port })
    const facts = factsOf(welcome, (await honest.next()).serverNonce ?? '')
    honest.send(authFrameOf(facts))
    const ok = await honest.next()
    const attacker = openPeer({ port: bridge.port })
    await attacker.next()
    attacker.send({ ...authFrameOf(facts), mac: ok.mac })
    expect(await attacker.closed).toBe(4401)
  })

  it('takes one proof per connection: a second one ends it', async () => {
    const bridge = await startBridge()
    const welcome = await obtainSession(bridge.home)
    const peer = openPeer({ port: bridge.port })
    const proof = authFrameOf(factsOf(welcome, (await peer.next()).serverNonce ?? ''))
    peer.send(proof)
    await peer.next()
    peer.send(proof)
    expect(await peer.closed).toBe(4401)
  })

  it('hangs up on a client that stays silent for two seconds', async () => {
    const bridge = await startBridge()
    await obtainSession(bridge.home)
    const startedAt = performance.now()
    const peer = openPeer({ port: bridge.port })
    await peer.next()
    expect(await peer.closed).toBe(4401)
    const tookMs = performance.now() - startedAt
    expect(tookMs).toBeGreaterThan(1900)
    expect(tookMs).toBeLessThan(4000)
  })

  it('does not take a right proof that comes after the two seconds', async () => {
    const bridge = await startBridge()
    const welcome = await obtainSession(bridge.home)
    const peer = openPeer({ port: bridge.port })
    const proof = authFrameOf(factsOf(welcome, (await peer.next()).serverNonce ?? ''))
    // A peer that reads nothing does not learn that it is closed, and sends its proof into the closing connection.
    peer.socket.pause()
    await new Promise((resolve) => setTimeout(resolve, 2300))
    peer.send(proof)
    await new Promise((resolve) => setTimeout(resolve, 200))
    const other = await connectPeer(welcome)
    expect(await ask(other, 'session.status')).toMatchObject({ result: { connections: 1 } })
    peer.socket.resume()
    expect(await peer.closed).toBe(4401)
  })

  it('draws a new nonce for each connection and never the same key twice', async () => {
    const bridge = await startBridge()
    const keys = [await obtainSession(bridge.home), await obtainSession(bridge.home)].map(({ key }) => key)
    expect(new Set(keys).size).toBe(2)
    const nonces = new Set<string>()
    for (let i = 0; i < 10; i += 1) {
      const peer = openPeer({ port: bridge.port })
      nonces.add((await peer.next()).serverNonce ?? '')
      peer.socket.close()
    }
    expect(nonces.size).toBe(10)
  })

  it('forgets every session when it is started again', async () => {
    const bridge = await startBridge()
    const welcome = await obtainSession(bridge.home)
    await bridge.stop()
    const again = await startBridge({ home: bridge.home })
    expect(again.port).toBe(bridge.port)
    await expect(connectPeer(welcome)).rejects.toThrow('HTTP 403')
    await obtainSession(bridge.home)
    await expect(connectPeer(welcome)).rejects.toThrow('close 4401')
  })
})
