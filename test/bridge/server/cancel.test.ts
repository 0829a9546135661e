/** Giving a request up: a closed consent window must close the PIN window at the bridge, too. */
import type { Request } from '@suoqiao/protocol'
import { expect, it } from 'vitest'
import type { Caller, Services } from '../../../bridge/src/handlers/handler.js'
import { sessionCancel } from '../../../bridge/src/handlers/session.cancel.js'
import { openLog } from '../../../bridge/src/log/open-log.js'
import { type Connection, openConnection } from '../../../bridge/src/server/connection.js'
import { createEventHub } from '../../../bridge/src/server/event-hub.js'
import { openHome } from '../../../bridge/src/state/home.js'
import { temporaryHome } from '../../stands/built-bridge.js'

/** A real connection to a handler that waits for its user until it is given up, as a PIN window does. */
function openWaiting(): { connection: Connection; replies: Record<string, unknown>[] } {
  const home = openHome({ SUOQIAO_HOME: temporaryHome() })
  const replies: Record<string, unknown>[] = []
  const waitForUser = (signal: AbortSignal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
  const answer = async ({ method, params }: Request, caller: Caller): Promise<unknown> => {
    if (method !== 'session.cancel') return await waitForUser(caller.signal)
    return await sessionCancel(params as { requestId: string }, caller, {} as Services)
  }
  const session = {
    id: 's'.repeat(32),
    origin: 'chrome-extension://x',
    key: Buffer.alloc(32),
    expiresAt: null,
  }
  const carrier = { channel: 'websocket' as const, send: (text: string) => replies.push(JSON.parse(text)) }
  const connection = openConnection(session, carrier, {
    hub: createEventHub(),
    log: openLog(home.logs),
    answer,
  })
  return { connection, replies }
}

const request = (id: string, method: string, params: object = {}) => JSON.stringify({ id, method, params })
const cancel = (id: string, requestId: string) => request(id, 'session.cancel', { requestId })

it('a request that is given up ends with request.cancelled, and only that one', async () => {
  const { connection, replies } = openWaiting()
  connection.receive(request('sign-1', 'pdf.sign'))
  connection.receive(request('sign-2', 'pdf.sign'))
  connection.receive(cancel('give-up', 'sign-1'))
  await expect.poll(() => replies.length).toBe(2)
  expect(replies).toContainEqual({ id: 'give-up', result: { cancelled: true } })
  expect(replies).toContainEqual(
    expect.objectContaining({ id: 'sign-1', error: expect.objectContaining({ code: 'request.cancelled' }) }),
  )
  connection.close()
})

it('what is not under way, is its own id, or belongs to another connection cannot be given up', async () => {
  const { connection, replies } = openWaiting()
  const other = openWaiting()
  other.connection.receive(request('theirs', 'pdf.sign'))
  for (const [id, target] of [
    ['a', 'never-was'],
    ['b', 'b'],
    ['c', 'theirs'],
  ] as const) {
    connection.receive(cancel(id, target))
  }
  await expect.poll(() => replies.length).toBe(3)
  expect(replies.map(({ result }) => result)).toEqual(Array(3).fill({ cancelled: false }))
  expect(other.replies).toEqual([])
  connection.close()
  other.connection.close()
})
