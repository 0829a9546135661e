/** From a request to its answer: the handlers and services are built with the first request, not before listening. */
import type { Caller, Handlers, Services } from '../handlers/handler.js'
import { dispatch } from './dispatch.js'
import type { EventHub } from './event-hub.js'

export interface AnswerOptions {
  readonly handlers: () => Promise<Handlers>
  readonly services: (daemon: Services['daemon']) => Promise<Services>
}

export interface Answering {
  answer(request: { readonly method: string; readonly params: unknown }, caller: Caller): Promise<unknown>
  /** Builds handlers and services now, so that the first request need not wait for it. */
  warmUp(): Promise<void>
  close(): Promise<void>
}

interface Built {
  readonly handlers: Handlers
  readonly services: Services
}

export function createAnswering(
  options: AnswerOptions,
  daemon: Services['daemon'],
  hub: EventHub,
): Answering {
  let built: Promise<Built> | undefined
  const build = (): Promise<Built> => {
    built ??= (async () => {
      const [handlers, services] = await Promise.all([options.handlers(), options.services(daemon)])
      reportTokenChanges(hub, services)
      return { handlers, services }
    })()
    // A failed start of the services is tried again by the next request.
    built.catch(() => {
      built = undefined
    })
    return built
  }
  return {
    answer: async (request, caller) => {
      const { handlers, services } = await build()
      return await dispatch(request, caller, handlers, services)
    },
    warmUp: async () => void (await build()),
    close: async () => {
      if (built) await (await built).services.tokens.close()
    },
  }
}

/** Tokens are watched only while an extension listens: watching wakes vendor libraries. */
function reportTokenChanges(hub: EventHub, { tokens }: Services): void {
  let stop: (() => void) | undefined
  const follow = (isSomebodyThere: boolean): void => {
    if (isSomebodyThere) stop ??= tokens.onChange((reason) => hub.publish('token.changed', { reason }))
    else {
      stop?.()
      stop = undefined
    }
  }
  hub.onAudience(follow)
  follow(hub.size() > 0)
}
