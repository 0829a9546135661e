/** Events to the connected extensions, numbered through one daemon run so that a woken worker sees what it missed. */
import { type EventData, type EventMessage, type EventName, events } from '@suoqiao/protocol'
import * as v from 'valibot'

export interface EventSink {
  readonly sessionId: string
  send(message: EventMessage): void
}

export interface EventHub {
  /** Number of the last event. */
  seq(): number
  join(sink: EventSink): () => void
  size(): number
  /** To everybody. */
  publish<E extends EventName>(event: E, data: EventData<E>): void
  /** To one connection. */
  sendTo<E extends EventName>(sink: EventSink, event: E, data: EventData<E>): void
  /** To every connection of a session. */
  sendToSession<E extends EventName>(sessionId: string, event: E, data: EventData<E>): void
  /** Told whenever the number of connections goes from none to some and back. */
  onAudience(listener: (isSomebodyThere: boolean) => void): void
}

export function createEventHub(): EventHub {
  const sinks = new Set<EventSink>()
  const listeners: ((isSomebodyThere: boolean) => void)[] = []
  let seq = 0
  const message = <E extends EventName>(event: E, data: EventData<E>): EventMessage => {
    seq += 1
    return { event, seq, data: v.parse(events[event].data, data) }
  }
  const tell = (): void => {
    for (const listener of listeners) listener(sinks.size > 0)
  }
  return {
    seq: () => seq,
    join: (sink) => {
      sinks.add(sink)
      if (sinks.size === 1) tell()
      return () => {
        if (sinks.delete(sink) && sinks.size === 0) tell()
      }
    },
    size: () => sinks.size,
    publish: (event, data) => {
      const sent = message(event, data)
      for (const sink of sinks) sink.send(sent)
    },
    sendTo: (sink, event, data) => sink.send(message(event, data)),
    sendToSession: (sessionId, event, data) => {
      const sent = message(event, data)
      for (const sink of sinks) if (sink.sessionId === sessionId) sink.send(sent)
    },
    onAudience: (listener) => listeners.push(listener),
  }
}
