/** Wires client, desks and router to the browser's events. Called once per start of the background. */
import type { EventData } from '@suoqiao/protocol'
import { browser } from 'wxt/browser'
import { BridgeClient, type BridgeEvent } from '../bridge-client/bridge-client'
import { openNative } from '../bridge-client/native-link'
import { PairingDesk } from '../bridge-client/pairing-desk'
import { readPairing, SessionStore } from '../bridge-client/session-store'
import { JobDesk } from '../jobs/job-desk'
import { wipeOldJobs } from '../jobs/job-store'
import { PinDesk } from '../jobs/pin-desk'
import { isPracticeOrigin, portalsAt } from '../portals'
import type { BridgeState, PageNotice, PanelStatus } from './messages'
import { type PortLike, Router } from './router'
import type { PortalSpeaker, SenderFacts } from './sender'

function browserName(): string {
  const { userAgent } = navigator
  return /(Firefox|Edg|Chrome)\/\d+/.exec(userAgent)?.[0]?.replace('Edg/', 'Edge/') ?? 'browser'
}

/** Nobody may be listening; that is no fault. */
function tellPages(notice: PageNotice): void {
  browser.runtime.sendMessage(notice).catch(() => undefined)
}

async function statusOf(client: BridgeClient, speaker: PortalSpeaker): Promise<PanelStatus> {
  const { origin, topOrigin, frameId } = speaker
  try {
    const context = { origin, topOrigin, frameId }
    const { tokens } = await client.call(crypto.randomUUID(), 'token.list', {}, { context })
    const usable = tokens.some((token) => !token.practice || isPracticeOrigin(origin))
    return { bridge: client.state.state, token: usable ? 'ready' : 'none' }
  } catch {
    return { bridge: client.state.state, token: 'unknown' }
  }
}

/** The faults of a desk's window work have no one to be shown to; the prompt then ends by the bridge's own deadline. */
function quietly(work: Promise<unknown>): void {
  work.catch(() => undefined)
}

export function startBackground(): void {
  const origin = browser.runtime.getURL('/').replace(/\/$/, '')
  const name = browserName()
  const jobs = new JobDesk()
  const onEvent = ({ event, data }: BridgeEvent): void => {
    if (event === 'pin.requested') quietly(pins.open(data as EventData<'pin.requested'>))
    if (event === 'pin.settled') quietly(pins.settled((data as EventData<'pin.settled'>).promptId))
    if (event === 'token.changed') quietly(router.refresh())
    tellPages({ event, data })
  }
  const onState = (state: BridgeState): void => {
    tellPages({ event: 'bridge.state', data: state })
    if (state.state === 'connected') quietly(router.refresh())
    else router.announce({ bridge: state.state, token: 'unknown' })
  }
  const client: BridgeClient = new BridgeClient({
    origin,
    browser: name,
    store: new SessionStore(),
    openNative,
    readPairing,
    onEvent,
    onState,
  })
  const pins: PinDesk = new PinDesk({
    sealKey: (promptId) => client.sealKey(promptId),
    answer: (promptId, sealedPin) =>
      client.call(crypto.randomUUID(), 'token.answerPin', { promptId, sealedPin }),
  })
  const router: Router = new Router({
    self: { id: browser.runtime.id, origin },
    ownOrigin: origin,
    client,
    jobs,
    pins,
    pairing: new PairingDesk(origin, name),
    portalsAt,
    status: (speaker) => statusOf(client, speaker),
  })
  listen(router, jobs, pins)
  quietly(wipeOldJobs())
}

function listen(router: Router, jobs: JobDesk, pins: PinDesk): void {
  browser.runtime.onMessage.addListener((message: unknown, sender, respond: (reply: unknown) => void) => {
    quietly(router.message(message, sender as SenderFacts).then(respond))
    // Chrome keeps the channel open for `respond` only when the listener returns true.
    return true
  })
  browser.runtime.onConnect.addListener((port) => router.connect(port as PortLike))
  browser.windows.onRemoved.addListener((windowId) => {
    quietly(jobs.windowClosed(windowId))
    quietly(pins.windowClosed(windowId))
  })
}
