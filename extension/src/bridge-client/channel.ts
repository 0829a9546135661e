/** One open way to the bridge that carries envelopes as text: a proved WebSocket, or the native port. */

export interface Channel {
  readonly transport: 'websocket' | 'native'
  send(text: string): void
  /** Called once, before the first send. */
  listen(onText: (text: string) => void, onClose: () => void): void
  close(): void
}

/** A socket whose handshake is done. */
export function channelOverSocket(socket: WebSocket): Channel {
  return {
    transport: 'websocket',
    send: (text) => socket.send(text),
    listen(onText, onClose) {
      socket.addEventListener('message', (event) => {
        if (typeof event.data === 'string') onText(event.data)
      })
      socket.addEventListener('close', onClose, { once: true })
      if (socket.readyState > WebSocket.OPEN) onClose()
    },
    close: () => socket.close(),
  }
}
