/** The way between extension and bridge when something is in it: an impostor, a blocked socket, a worker that slept. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Tab } from '../../installers/checkout/browsers/browser.js'
import { Chromium, ChromiumTab } from '../../installers/checkout/browsers/chromium.js'
import { askProgram } from '../../installers/checkout/practice/programs.js'
import {
  CONTROLS,
  chooseCertificate,
  consentGone,
  consentWindow,
  fileInPage,
  pressSign,
  submit,
} from '../../installers/checkout/practice/steps.js'
import { startImpostor } from '../portals/impostor.js'
import { browsersUnderTest, type Journey, startJourney } from './journey.js'

interface BridgeState {
  readonly state: string
  readonly transport: string | null
  readonly reason: string | null
}

/** Asks the background as our own pages do, by their own door. */
const askBackground = async (page: Tab, method: string): Promise<BridgeState> => {
  const request = JSON.stringify({ id: `journey-${Date.now()}`, method, params: {} })
  const reply = await page.evaluate<{ result: BridgeState }>(
    `(globalThis.browser ?? globalThis.chrome).runtime.sendMessage(${request})`,
  )
  return reply.result
}

/** A page of the extension without any script of its own, so that nothing reconnects before the test wants it. */
const quietPage = (journey: Journey): Promise<Tab> =>
  journey.browser.open(`${journey.browser.extensionOrigin}/logo.svg`)

describe.each(browsersUnderTest())('in %s', (kind) => {
  let journey: Journey | undefined
  afterEach(async () => {
    await journey?.stop()
    journey = undefined
  })

  it('P0 4: a program that poses as the bridge on its port hears no request at all', async () => {
    journey = await startJourney(kind)
    const page = await quietPage(journey)
    expect(await askBackground(page, 'bridge.connect')).toMatchObject({
      state: 'connected',
      transport: 'websocket',
    })
    // With nobody left to vouch for the real bridge, the impostor must be called one.
    const env = { ...journey.env, HOME: journey.profile }
    await askProgram(['native-host', '--unregister', '--chromium-profile', journey.profile], env)
    const { pid, port } = journey.stack.bridge
    process.kill(pid, 'SIGKILL')
    const impostor = await startImpostor(port)
    try {
      const state = async () => (await askBackground(page, 'bridge.connect')).state
      await expect.poll(state, { timeout: 20_000 }).toBe('impostor')
      expect(impostor.visits()).toBeGreaterThan(0)
      expect(impostor.heard.length).toBeGreaterThan(0)
      const frames = impostor.heard.map((text) => JSON.parse(text) as Record<string, unknown>)
      expect(frames.every(({ t }) => t === 'auth')).toBe(true)
      for (const frame of frames) {
        expect(Object.keys(frame).sort()).toEqual(['clientNonce', 'mac', 'sessionId', 't'])
      }
    } finally {
      await impostor.stop()
    }
  })

  it('a blocked WebSocket is replaced by the native port within 2 s, says why, and still signs', async () => {
    journey = await startJourney(kind, {
      beforeBrowser: ({ bridge }) => ({
        switches: [`--host-resolver-rules=MAP 127.0.0.1:${bridge.port} ^NOTFOUND`],
        preferences: { 'network.security.ports.banned': String(bridge.port) },
      }),
    })
    const page = await quietPage(journey)
    const start = performance.now()
    const state = await askBackground(page, 'bridge.connect')
    expect(performance.now() - start).toBeLessThan(3000)
    expect(state).toMatchObject({ state: 'connected', transport: 'native' })
    expect(state.reason).not.toBeNull()
    const portal = await journey.openPortal()
    await journey.answer(`pin ${journey.hsm?.pin}`)
    await pressSign(portal)
    const consent = await consentWindow(journey.browser)
    await chooseCertificate(consent, '测试证书机构')
    await consent.click(CONTROLS.consentSign)
    await fileInPage(portal)
    await consentGone(journey.browser)
    expect((await submit(portal)).signatures).toBe('1')
  })

  it('a bridge that died is started again by the native host, without a reload', async () => {
    const running = await startJourney(kind)
    journey = running
    const page = await quietPage(running)
    await askBackground(page, 'bridge.connect')
    process.kill(running.stack.bridge.pid, 'SIGKILL')
    const pidAfter = async () => {
      await askBackground(page, 'bridge.connect')
      return (await askProgram<{ pid?: number }>(['status'], running.env)).pid ?? running.stack.bridge.pid
    }
    await expect.poll(pidAfter, { timeout: 20_000 }).not.toBe(running.stack.bridge.pid)
    expect(await askBackground(page, 'bridge.connect')).toMatchObject({ state: 'connected' })
  })
})

/** Firefox MV2 has a lasting background page: only Chrome's worker sleeps. */
describe.each(browsersUnderTest().filter((kind) => kind === 'chromium'))('in %s', (kind) => {
  it('a worker that was stopped proves itself again when it wakes', async () => {
    const journey = await startJourney(kind)
    try {
      const page = await quietPage(journey)
      expect((await askBackground(page, 'bridge.connect')).state).toBe('connected')
      const { browser } = journey
      if (!(browser instanceof Chromium && page instanceof ChromiumTab)) throw new Error('not Chromium')
      const devTools = await browser.context.newCDPSession(page.page)
      let isStopped = false
      devTools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
        isStopped ||= versions.some(({ runningStatus }) => runningStatus === 'stopped')
      })
      await devTools.send('ServiceWorker.enable')
      // A worker that wakes by itself in between (an event of the bridge) must be stopped again.
      const stop = async () => {
        await devTools.send('ServiceWorker.stopAllWorkers')
        return isStopped
      }
      await expect.poll(stop, { timeout: 20_000 }).toBe(true)
      expect(await askBackground(page, 'bridge.connect')).toMatchObject({
        state: 'connected',
        transport: 'websocket',
      })
    } finally {
      await journey.stop()
    }
  })
})
