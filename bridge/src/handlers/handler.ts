/** What a handler gets and must answer. One file per method, named like the method; see session.status.ts. */
import type { EventData, EventName, Method, Params, Result } from '@suoqiao/protocol'
import type { ConsentDesk } from '../consent/consent.js'
import type { Tokens } from '../devices/tokens.js'
import type { Journal } from '../journal/journal.js'
import type { PinPrompt } from '../pin-prompt/pin-prompt.js'

/** Who asks, as the server proved it: nothing in here was claimed by a page. */
export interface Caller {
  /** Session of the handshake; `cli` for the command line. */
  readonly sessionId: string
  readonly channel: 'websocket' | 'native' | 'cli'
  /** Origin of the frame that asked; the extension's own origin for its pages; `cli:` for the command line. */
  readonly origin: string
  readonly topOrigin: string
  readonly requestId: string
  readonly consent: string | undefined
  /** Sends an event to this session only. */
  readonly sendEvent: <E extends EventName>(event: E, data: EventData<E>) => void
  /** The session key K, to unseal a PIN; undefined on the command line. */
  readonly sessionKey: Buffer | undefined
  /** Gives up another request of the same connection; false when there is none of this id under way. */
  readonly cancelRequest: (requestId: string) => boolean
  /** Aborts when the connection closes or the request is cancelled. */
  readonly signal: AbortSignal
}

/** What handlers may use; built once in commands/run.ts. */
export interface Services {
  readonly tokens: Tokens
  readonly consent: ConsentDesk
  readonly pinPrompt: PinPrompt
  readonly journal: Journal
  /** The practice portal's exact origin, or null when practice devices are off. */
  readonly practiceOrigin: string | null
  /** Facts of the running daemon for session.status. */
  readonly daemon: {
    readonly startedAt: number
    readonly port: () => number
    readonly connections: () => number
    readonly seq: () => number
  }
}

export type Handler<M extends Method> = (
  params: Params<M>,
  caller: Caller,
  services: Services,
) => Promise<Result<M>>

/** The bridge must answer every method: leaving one out does not compile. */
export type Handlers = { readonly [M in Method]: Handler<M> }
