/** A connection by WebDriver BiDi (W3C), the protocol Firefox speaks itself: commands with answers, nothing more. */
import { WebSocket } from 'ws'

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

export class Bidi {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => this.#settle(JSON.parse(String(data))))
    // A browser that ends resets its connections; what follows an error is always a close.
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the browser closed the connection'))
      this.#waiting.clear()
    })
  }

  /** Connects and opens a session at the address the browser printed. */
  static async connect(address: string): Promise<Bidi> {
    const socket = new WebSocket(`${address}/session`)
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return new Bidi(socket)
  }

  /** Sends a command; throws an Error with the browser's own words when it refuses. */
  send<T>(method: string, params: object = {}): Promise<T> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: (result) => resolve(result as T), reject })
      this.#socket.send(JSON.stringify({ id, method, params }))
    })
  }

  close(): void {
    this.#socket.close()
  }

  #settle(message: { id?: number; type: string; result?: unknown; error?: string; message?: string }): void {
    const waiting = message.id === undefined ? undefined : this.#waiting.get(message.id)
    if (message.id === undefined || waiting === undefined) return
    this.#waiting.delete(message.id)
    if (message.type === 'error') waiting.reject(new Error(`${message.error}: ${message.message}`))
    else waiting.resolve(message.result)
  }
}
