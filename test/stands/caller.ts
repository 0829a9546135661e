/** A caller as the server would build it, for tests of handlers and prompts; keeps the events sent to it. */
import { randomBytes } from 'node:crypto'
import type { EventName } from '@suoqiao/protocol'
import type { Caller } from '../../bridge/src/handlers/handler.js'

export interface SentEvent {
  readonly event: EventName
  // biome-ignore lint/suspicious/noExplicitAny: events of several shapes in one list, read by tests only
  readonly data: any
}

export interface TestCaller extends Caller {
  readonly events: SentEvent[]
  /** Ends the connection as the server does: aborts the signal. */
  readonly disconnect: () => void
}

export function makeCaller(over: Partial<Caller> & { onEvent?: (sent: SentEvent) => void } = {}): TestCaller {
  const { onEvent, ...rest } = over
  const controller = new AbortController()
  const events: SentEvent[] = []
  const origin = rest.origin ?? 'https://portal.example'
  return {
    sessionId: 'session-1234567890',
    channel: 'websocket',
    origin,
    topOrigin: origin,
    requestId: 'request-1',
    consent: undefined,
    sessionKey: randomBytes(32),
    cancelRequest: () => false,
    signal: controller.signal,
    ...rest,
    sendEvent: (event, data) => {
      events.push({ event, data })
      onEvent?.({ event, data })
    },
    events,
    disconnect: () => controller.abort(),
  }
}
