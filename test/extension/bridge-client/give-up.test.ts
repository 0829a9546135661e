/** @vitest-environment node */
/** A request of ours that is given up is given up at the bridge, too. */
import { expect, test } from 'vitest'
import type { Channel } from '../../../extension/src/bridge-client/channel'
import { Rpc } from '../../../extension/src/bridge-client/rpc'

function openRpc() {
  const sent: { id: string; method: string; params: unknown }[] = []
  const channel: Channel = {
    transport: 'websocket',
    send: (text) => void sent.push(JSON.parse(text)),
    listen: () => {},
    close: () => {},
  }
  return { sent, rpc: new Rpc(channel, { onEvent: () => {}, onClose: () => {} }) }
}

test('aborting a request tells the bridge which one, and the caller at once', async () => {
  const { sent, rpc } = openRpc()
  const job = new AbortController()
  const asked = rpc.call('sign-1', 'token.list', {}, { signal: job.signal })
  job.abort()
  await expect(asked).rejects.toMatchObject({ code: 'request.cancelled' })
  expect(sent.map(({ method }) => method)).toEqual(['token.list', 'session.cancel'])
  expect(sent[1]?.params).toEqual({ requestId: 'sign-1' })
  expect(rpc.pending).toBe(0)
})

test('a request that was given up before it was sent is never sent', async () => {
  const { sent, rpc } = openRpc()
  await expect(rpc.call('sign-1', 'token.list', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'request.cancelled',
  })
  expect(sent).toEqual([])
})
