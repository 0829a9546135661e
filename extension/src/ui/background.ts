/** A page's only door to the background: typed requests, and the events it passes on. */

import { fromWireError, type Method, SuoqiaoError, type WireError } from '@suoqiao/protocol'
import { browser } from 'wxt/browser'
import type { CallParams, CallResult, PageMethod, PageRequests } from '../router/messages'

export type Ask = <M extends PageMethod>(
  method: M,
  params: PageRequests[M]['params'],
) => Promise<PageRequests[M]['result']>

type Answer = { readonly result: unknown } | { readonly error: WireError }

/** Asks the background. Throws SuoqiaoError; a background that cannot be reached is `bridge.disconnected`. */
export const ask: Ask = async (method, params) => {
  const answer = await send({ id: crypto.randomUUID(), method, params })
  if (answer && 'error' in answer) throw fromWireError(answer.error)
  if (!answer) throw new SuoqiaoError('bridge.disconnected')
  return answer.result as PageRequests[typeof method]['result']
}

async function send(request: { id: string; method: string; params: unknown }): Promise<Answer | undefined> {
  try {
    return (await browser.runtime.sendMessage(request)) as Answer | undefined
  } catch (cause) {
    throw new SuoqiaoError('bridge.disconnected', undefined, { cause })
  }
}

/** A protocol method on behalf of the extension itself. */
export async function callBridge<M extends Method>(
  askBackground: Ask,
  method: M,
  params: CallParams<M>,
): Promise<CallResult<M>> {
  return (await askBackground('bridge.call', { method, params })) as CallResult<M>
}

/** What the background tells its pages unasked: `{ event, data }`, the names of the protocol's events. */
export type Listen = (onEvent: (event: string, data: unknown) => void) => () => void

export const listen: Listen = (onEvent) => {
  const listener = (message: unknown) => {
    if (typeof message !== 'object' || message === null || !('event' in message)) return
    const { event, data } = message as { event: unknown; data?: unknown }
    if (typeof event === 'string') onEvent(event, data)
  }
  browser.runtime.onMessage.addListener(listener)
  return () => browser.runtime.onMessage.removeListener(listener)
}
