/** One open way to the bridge that carries envelopes as text: a proved WebSocket, or the native port. */
import type { OpenSocket } from './handshake-client'

export interface Channel {
  readonly transport: 'websocket' | 'native'
  send(text: string): void
  /** Called once, before the first send. */
  listen(onText: (text: string) => void, onClose: () => void): void
  close(): void
}

/** A socket whose handshake is done. */
export function channelOverSocket({ socket, inbox }: OpenSocket): Channel {
  return {
    transport: 'websocket',
    send: (text) => socket.send(text),
    listen(onText, onClose) {
      inbox.deliver(onText)
      socket.addEventListener('close', onClose, { once: true })
      if (socket.readyState > WebSocket.OPEN) onClose()
    },
    close: () => socket.close(),
  }
}
