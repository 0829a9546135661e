/** How long a session lives and who is told; when heartbeats flow (security requirements 3, 17 and 25). */
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { openLog } from '../../../bridge/src/log/open-log.js'
import { openConnection } from '../../../bridge/src/server/connection.js'
import { createEventHub } from '../../../bridge/src/server/event-hub.js'
import { createSessions } from '../../../bridge/src/server/sessions.js'
import { createTokenBucket } from '../../../bridge/src/server/token-bucket.js'
import { openHome } from '../../../bridge/src/state/home.js'
import { startBridge, temporaryHome } from '../../stands/built-bridge.js'
import { obtainSession } from '../../stands/native-peer.js'
import { ask, connectPeer } from '../../stands/socket-peer.js'
import { startWordyDaemon } from '../../stands/wordy-daemon.js'

const nobodyPaired = { find: () => undefined, hasOrigin: () => false, noteUse: () => {} }

describe('a session', () => {
  it('warns before it ends, then closes its connections, and its key is gone', async () => {
    const home = temporaryHome()
    await startWordyDaemon(home, 0, 4000)
    const welcome = await obtainSession(home)
    const peer = await connectPeer(welcome)
    expect(await peer.closed).toBe(4401)
    await expect(connectPeer(welcome)).rejects.toThrow('HTTP 403')
  })

  it('sends session.expiring five minutes before the twelve hours are over', () => {
    vi.useFakeTimers()
    try {
      const sessions = createSessions(nobodyPaired)
      const told: unknown[] = []
      sessions.onExpiring((id, inS) => told.push([id, inS]))
      sessions.onEnd((id) => told.push(id))
      const { id, key } = sessions.open('chrome-extension://x')
      vi.advanceTimersByTime(12 * 3_600_000 - 300_000 - 1)
      expect(told).toEqual([])
      vi.advanceTimersByTime(1)
      expect(told).toEqual([[id, 300]])
      vi.advanceTimersByTime(300_000)
      expect(told).toEqual([[id, 300], id])
      expect(sessions.find(id)).toBeUndefined()
      expect(key.equals(Buffer.alloc(32))).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  it('does not pile up: the sixty-fifth replaces the oldest', () => {
    const sessions = createSessions(nobodyPaired)
    const first = sessions.open('chrome-extension://x')
    for (let i = 0; i < 64; i += 1) sessions.open('chrome-extension://x')
    expect(sessions.find(first.id)).toBeUndefined()
    sessions.close()
  })
})

describe('requirement 17: heartbeats', () => {
  it('come every 20 s while an answer is pending, and not otherwise', async () => {
    vi.useFakeTimers()
    try {
      const sent: string[] = []
      let finish = (_result: unknown): void => {}
      const hub = createEventHub()
      const log = openLog(openHome({ SUOQIAO_HOME: temporaryHome() }).logs)
      const session = createSessions(nobodyPaired).open('chrome-extension://x')
      const answer = (): Promise<unknown> =>
        new Promise((resolve) => {
          finish = resolve
        })
      const connection = openConnection(
        session,
        { channel: 'websocket', send: (text) => sent.push(text) },
        { hub, log, answer },
      )
      await vi.advanceTimersByTimeAsync(60_000)
      expect(sent).toEqual([])
      connection.receive('{"id":"1","method":"session.status","params":{}}')
      await vi.advanceTimersByTimeAsync(61_000)
      expect(sent.map((text) => JSON.parse(text) as { event: string; seq: number })).toMatchObject([
        { event: 'session.heartbeat', seq: 1 },
        { event: 'session.heartbeat', seq: 2 },
        { event: 'session.heartbeat', seq: 3 },
      ])
      finish({})
      await vi.advanceTimersByTimeAsync(60_000)
      expect(sent).toHaveLength(4)
      connection.close()
    } finally {
      vi.useRealTimers()
    }
  })

  it('refill the fifty requests of a second steadily', () => {
    let now = 0
    const bucket = createTokenBucket(50, 50, () => now)
    for (let i = 0; i < 50; i += 1) expect(bucket.take()).toBe(true)
    expect(bucket.take()).toBe(false)
    now = 100
    expect([1, 2, 3, 4, 5].map(() => bucket.take())).toEqual([true, true, true, true, true])
    expect(bucket.take()).toBe(false)
  })
})

describe('requirement 25: versions', () => {
  it.each([
    [0.5, 'request.invalid'],
    [1, 'none'],
    [2, 'bridge'],
  ])('protocol %s of an extension: %s', async (protocol, answer) => {
    const bridge = await startBridge()
    const peer = await connectPeer(await obtainSession(bridge.home))
    const reply = await ask(peer, 'session.hello', {
      extension: { version: '0.1.0', protocol, methods: [] },
      browser: 'Chromium',
    })
    if (answer.includes('.')) expect(reply).toMatchObject({ error: { code: answer } })
    else expect(reply).toMatchObject({ result: { mustUpdate: answer, bridge: { protocol: 1 }, seq: 0 } })
  })
})

describe('a request whose caller leaves', () => {
  it('is cancelled, and the daemon goes on', async () => {
    const bridge = await startBridge()
    const welcome = await obtainSession(bridge.home)
    const peer = await connectPeer(welcome)
    peer.send({ id: '1', method: 'token.list', params: {} })
    peer.socket.terminate()
    await wait(300)
    expect(await ask(await connectPeer(welcome), 'session.status')).toMatchObject({
      result: { connections: 1 },
    })
  })
})
