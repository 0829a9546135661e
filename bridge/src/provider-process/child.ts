/** The provider process: loads one vendor library and answers the daemon, one request after the other. */
import { type ErrorDetails, SuoqiaoError } from '@suoqiao/protocol'
import { loadProvider } from '../providers/index.js'
import type { Provider, TokenRecord } from '../providers/provider.js'
import { endWithParent } from './end-with-parent.js'
import type { NumberedRequest } from './messages.js'

interface Open {
  provider: Provider | null
  stopWatching: AbortController
}

/** Entry of the hidden command `provider-process`. Returns when the daemon has gone; the process ends then. */
export async function runProviderProcess(_args: readonly string[]): Promise<void> {
  if (process.send === undefined) throw new Error('provider-process is started by the bridge only')
  const open: Open = { provider: null, stopWatching: new AbortController() }
  endWithParent()
  let queue: Promise<void> = Promise.resolve()
  await new Promise<void>((resolve) => {
    // The daemon may die without a word: the closed channel is the one sign that always comes.
    process.once('disconnect', resolve)
    process.on('message', (message: NumberedRequest) => {
      queue = queue.then(() => answer(open, message))
    })
  })
  // No C_Finalize here: a library that hangs in it would leave an orphan. The system frees everything.
  process.exit(0)
}

async function answer(open: Open, message: NumberedRequest): Promise<void> {
  try {
    await send({ id: message.id, result: await perform(open, message) })
  } catch (thrown) {
    await send({ id: message.id, error: toError(thrown) })
  }
}

async function perform(open: Open, message: NumberedRequest): Promise<unknown> {
  switch (message.op) {
    case 'open':
      open.provider = await (await loadProvider(message.kind)).open(message.settings)
      return {}
    case 'watch':
      watch(open, opened(open), message.on)
      return {}
    case 'list':
      return (await opened(open).listTokens()) satisfies readonly TokenRecord[]
    case 'certificates':
      return (await opened(open).certificates(message.tokenId)).map(({ der }) => ({
        der: der.toString('base64'),
      }))
    case 'pinStatus':
      return opened(open).pinStatus(message.tokenId)
    case 'sign':
      return sign(opened(open), message)
  }
}

function opened({ provider }: Open): Provider {
  if (provider === null) throw new SuoqiaoError('provider.failed', { reason: 'not-open' })
  return provider
}

function watch(open: Open, provider: Provider, on: boolean): void {
  open.stopWatching.abort()
  open.stopWatching = new AbortController()
  if (on) provider.watch?.(() => void send({ event: 'changed' }), open.stopWatching.signal)
}

async function sign(provider: Provider, message: Extract<NumberedRequest, { op: 'sign' }>): Promise<unknown> {
  const pin = Buffer.from(message.pin, 'base64')
  try {
    const { signature, certificate } = await provider.sign(
      {
        tokenId: message.tokenId,
        certificateId: message.certificateId,
        digest: Buffer.from(message.digest, 'base64'),
        algorithm: message.algorithm,
        pin,
      },
      (phase) => send({ id: message.id, phase }),
    )
    return { signature: signature.toString('base64'), certificate: certificate.toString('base64') }
  } finally {
    pin.fill(0)
  }
}

/** Resolves when the channel has taken the message: the next native call may block this process for ever. */
function send(message: object): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve()
    else process.send(message, undefined, undefined, () => resolve())
  })
}

function toError(thrown: unknown): { readonly code: string; readonly details?: ErrorDetails | undefined } {
  if (thrown instanceof SuoqiaoError) return { code: thrown.code, details: thrown.details }
  // The message of an unknown error may quote anything, also a PIN: only its class leaves.
  return {
    code: 'provider.failed',
    details: { reason: thrown instanceof Error ? thrown.name : 'unknown' },
  }
}
