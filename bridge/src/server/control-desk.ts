/** What the daemon answers on its control channel. */
import { isMethod, methods, PRODUCT_VERSION, SuoqiaoError, toWireError } from '@suoqiao/protocol'
import type { DaemonStatus, PairingNews } from '../control/control-message.js'
import type { ControlDesk } from '../control/control-server.js'
import type { Caller } from '../handlers/handler.js'
import type { Log } from '../log/open-log.js'
import { createBackOff } from '../pairing/back-off.js'
import type { Pairings } from '../pairing/pairings.js'
import type { Answering } from './answer.js'
import type { ConnectionWorld } from './connection.js'
import { openNativeDoor } from './native-door.js'
import type { Sessions } from './sessions.js'

export interface DeskParts {
  readonly startedAt: number
  readonly port: () => number
  readonly sessions: Sessions
  readonly pairings: Pairings
  readonly answering: Answering
  readonly world: ConnectionWorld
  readonly log: Log
  readonly quit: () => void
}

export function createControlDesk(parts: DeskParts): ControlDesk {
  const { pairings, sessions, port, world, log } = parts
  return {
    status: () => daemonStatus(parts.startedAt, port()),
    quit: parts.quit,
    call: (request, signal) => callFromCommandLine(request, signal, parts),
    pairings: () => ({ pairings: pairings.list() }),
    rename: pairings.rename,
    revoke: (id) => {
      pairings.revoke(id)
      sessions.end(id)
    },
    pair: createPairing(parts),
    native: (family, send, hangUp) => openNativeDoor(family, send, hangUp, { sessions, world, port }),
    onFault: (thrown) => log.error({ err: thrown }, 'control fault'),
  }
}

export function daemonStatus(startedAt: number, port: number): DaemonStatus {
  const uptimeS = Math.round((Date.now() - startedAt) / 1000)
  return { running: true, pid: process.pid, port, version: PRODUCT_VERSION, uptimeS }
}

/** One window at a time; the back-off outlives the windows. */
function createPairing({ pairings, port, log }: DeskParts): ControlDesk['pair'] {
  const backOff = createBackOff()
  let isOpen = false
  const onClosed = (): void => {
    isOpen = false
  }
  return async (hear) => {
    if (backOff.isActive()) throw new SuoqiaoError('pairing.backoff')
    if (isOpen) throw new SuoqiaoError('pairing.refused', { reason: 'a pairing window is open already' })
    isOpen = true
    const tell = (news: PairingNews): void => {
      log.info({ news: news.pair, ...(news.pair === 'open' ? { port: news.port } : {}) }, 'pairing')
      hear(news)
    }
    try {
      const { openPairingWindow } = await import('../pairing/pairing-window.js')
      return await openPairingWindow({ pairings, backOff, port, tell, onClosed })
    } catch (thrown) {
      onClosed()
      throw thrown
    }
  }
}

let calls = 0

/** The helpdesk's way in: the same dispatch, with the caller `cli:`. */
async function callFromCommandLine(
  request: Parameters<ControlDesk['call']>[0],
  signal: AbortSignal,
  { answering, log }: DeskParts,
): Promise<unknown> {
  calls += 1
  const startedAt = performance.now()
  const method = isMethod(request.method) ? methods[request.method].method : 'unknown'
  const trace = { request: `cli-${calls}`, method, channel: 'cli' }
  const caller: Caller = {
    sessionId: 'cli',
    channel: 'cli',
    origin: 'cli:',
    topOrigin: 'cli:',
    requestId: trace.request,
    consent: request.consent,
    // Nobody on a terminal listens for events.
    sendEvent: () => {},
    sessionKey: undefined,
    // One request per control connection: hanging up gives it up.
    cancelRequest: () => false,
    signal,
  }
  let outcome = 'ok'
  try {
    return await answering.answer(request, caller)
  } catch (thrown) {
    outcome = toWireError(thrown).code
    throw thrown
  } finally {
    log.info({ ...trace, outcome, ms: Math.round(performance.now() - startedAt) }, 'reply')
  }
}
