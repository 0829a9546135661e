/** The background's front door: every message and port comes here, is judged by its sender, and answered in the envelope. */
import { requestSchema, SuoqiaoError, toWireError, type WireError } from '@suoqiao/protocol'
import * as v from 'valibot'
import type { Portal } from '../portals/portal'
import { type PanelStatus, SIGN_PORT } from './messages'
import { answerPage, isPageMethod, type PageServices } from './page-requests'
import { type Self, type SenderFacts, type Speaker, speakerOf } from './sender'
import { SignConversation, type SignServices } from './sign-port'
import { traced } from './trace'

export type Reply =
  | { readonly id: string; readonly result: unknown }
  | { readonly id: string; readonly error: WireError }

/** What is used of runtime.Port. */
export interface PortLike {
  readonly name: string
  readonly sender?: SenderFacts | undefined
  readonly onMessage: { addListener(listener: (message: unknown) => void): void }
  readonly onDisconnect: { addListener(listener: () => void): void }
  postMessage(message: unknown): void
  disconnect(): void
}

export interface RouterOptions extends PageServices, SignServices {
  readonly self: Self
  portalsAt(origin: string): readonly Portal[]
}

export class Router {
  readonly #options: RouterOptions
  readonly #conversations = new Set<SignConversation>()

  constructor(options: RouterOptions) {
    this.#options = options
  }

  /** Answers one runtime message, always with a reply in the envelope. */
  async message(message: unknown, sender: SenderFacts): Promise<Reply> {
    const request = v.safeParse(requestSchema, message)
    const id = request.success ? request.output.id : 'invalid'
    const method = request.success ? request.output.method : 'invalid'
    try {
      const result = await traced('page', id, method, async () => {
        const speaker = this.#speaker(sender)
        if (speaker.kind !== 'page') throw new SuoqiaoError('request.not-allowed')
        if (!request.success) throw new SuoqiaoError('request.invalid')
        if (!isPageMethod(method)) throw new SuoqiaoError('request.unknown-method')
        return await answerPage(method, request.output.params, { id, speaker }, this.#options)
      })
      return { id, result }
    } catch (error) {
      return { id, error: toWireError(error) }
    }
  }

  /** Takes a port. Anyone but a portal's content script on the signing port is told so and cut off. */
  connect(port: PortLike): void {
    const speaker = this.#speaker(port.sender ?? {})
    if (port.name !== SIGN_PORT || speaker.kind !== 'portal') {
      port.postMessage({ t: 'error', error: toWireError(new SuoqiaoError('request.not-allowed')) })
      port.disconnect()
      return
    }
    let open = true
    const conversation = new SignConversation(speaker, this.#options, (reply) => {
      if (open) port.postMessage(reply)
    })
    this.#conversations.add(conversation)
    let queue = Promise.resolve()
    // Pieces must be handled in order, one at a time.
    port.onMessage.addListener((message) => {
      // A reply to a port that closes this moment throws; what is queued behind, above all closed(), must still run.
      queue = queue.then(() => conversation.receive(message)).catch(() => undefined)
    })
    port.onDisconnect.addListener(() => {
      open = false
      this.#conversations.delete(conversation)
      queue = queue.then(() => conversation.closed())
    })
  }

  /** Bridge or UKey changed: the open panels are told. */
  async refresh(): Promise<void> {
    await Promise.all([...this.#conversations].map((conversation) => conversation.refresh()))
  }

  /** Tells the open panels what is known already, without asking (asking would start the bridge). */
  announce(status: PanelStatus): void {
    for (const conversation of this.#conversations) conversation.announce(status)
  }

  #speaker(sender: SenderFacts): Speaker {
    return speakerOf(sender, this.#options.self, (origin) => this.#options.portalsAt(origin))
  }
}
