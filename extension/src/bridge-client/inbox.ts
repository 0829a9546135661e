/** Keeps a socket's frames from its first moment on, so that none is lost while a proof is being computed. */
import { HandshakeError } from './handshake-error'

export class Inbox {
  readonly #frames: unknown[] = []
  #isClosed = false
  #wake: () => void = () => {}

  constructor(socket: WebSocket) {
    socket.addEventListener('message', (event) => {
      this.#frames.push(event.data)
      this.#wake()
    })
    socket.addEventListener('close', () => {
      this.#isClosed = true
      this.#wake()
    })
  }

  /** The next frame; throws HandshakeError `refused` when the socket closes first, `timeout` when the signal aborts. */
  async next(signal: AbortSignal): Promise<unknown> {
    while (this.#frames.length === 0) {
      if (this.#isClosed) throw new HandshakeError('refused')
      if (signal.aborted) throw new HandshakeError('timeout')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    return this.#frames.shift()
  }

  /** Hands every frame, also those that waited, to `onText`; binary frames are not part of the agreement. */
  deliver(onText: (text: string) => void): void {
    const flush = (): void => {
      for (const frame of this.#frames.splice(0)) if (typeof frame === 'string') onText(frame)
    }
    this.#wake = flush
    flush()
  }
}
