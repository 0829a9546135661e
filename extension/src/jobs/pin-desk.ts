/** PIN windows of the last fallback: one per prompt of the bridge, sealed answers only; the PIN itself is never seen here. */
import { type EventData, SuoqiaoError } from '@suoqiao/protocol'
import { toBase64 } from '../encoding/bytes'
import type { PinPromptView } from '../router/messages'
import { closeWindow, openWindow, PIN_SIZE } from './windows'

interface OpenPrompt {
  readonly view: PinPromptView
  windowId: number | null
  answered: boolean
}

export interface PinBridge {
  sealKey(promptId: string): Promise<Uint8Array>
  answer(promptId: string, sealedPin: string | null): Promise<{ accepted: boolean }>
}

export class PinDesk {
  readonly #bridge: PinBridge
  readonly #prompts = new Map<string, OpenPrompt>()

  constructor(bridge: PinBridge) {
    this.#bridge = bridge
  }

  /** Opens the window of a pin.requested event. When that cannot be done the prompt is cancelled, not left to its deadline. */
  async open(request: EventData<'pin.requested'>): Promise<void> {
    try {
      await this.#show(request)
    } catch (error) {
      this.#prompts.delete(request.promptId)
      await this.#bridge.answer(request.promptId, null)
      throw error
    }
  }

  async #show(request: EventData<'pin.requested'>): Promise<void> {
    const { title: _title, ...shown } = request
    const sealKey = toBase64(await this.#bridge.sealKey(request.promptId))
    const prompt: OpenPrompt = { view: { ...shown, sealKey }, windowId: null, answered: false }
    this.#prompts.set(request.promptId, prompt)
    prompt.windowId = await openWindow(`pin.html?prompt=${request.promptId}`, PIN_SIZE)
  }

  /** What the window shows. Throws token.pin-cancelled when the prompt is over. */
  get(promptId: string): PinPromptView {
    const prompt = this.#prompts.get(promptId)
    if (!prompt || prompt.answered) throw new SuoqiaoError('token.pin-cancelled')
    return prompt.view
  }

  /** One answer per prompt. Throws token.pin-cancelled when it was answered or is over. */
  async answer(promptId: string, sealedPin: string | null): Promise<{ accepted: boolean }> {
    const prompt = this.#prompts.get(promptId)
    if (!prompt || prompt.answered) throw new SuoqiaoError('token.pin-cancelled')
    prompt.answered = true
    return await this.#bridge.answer(promptId, sealedPin)
  }

  /** The bridge needs this prompt no more. */
  async settled(promptId: string): Promise<void> {
    const prompt = this.#prompts.get(promptId)
    this.#prompts.delete(promptId)
    if (prompt?.windowId != null) await closeWindow(prompt.windowId)
  }

  /** The user closed a PIN window without answering: that is a cancellation. */
  async windowClosed(windowId: number): Promise<void> {
    for (const [promptId, prompt] of this.#prompts) {
      if (prompt.windowId !== windowId || prompt.answered) continue
      this.#prompts.delete(promptId)
      await this.#bridge.answer(promptId, null)
    }
  }
}
