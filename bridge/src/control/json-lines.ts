/** JSON, one message a line: the language of the control channel. */
import type { Socket } from 'node:net'

/** A native chunk of 256 Ki characters and a 1 MiB request both fit, however much of them must be escaped. */
export const MOST_LINE_BYTES = 8 << 20
/** What a peer may leave unread before it is cut off. */
const MOST_UNREAD_BYTES = 32 << 20

/** Calls `onMessage` for each line. A line that is too long or no JSON destroys the socket. */
export function readJsonLines(
  socket: Socket,
  onMessage: (message: unknown) => void,
  maxBytes = MOST_LINE_BYTES,
): void {
  let rest: Buffer[] = []
  let length = 0
  socket.on('data', (data: Buffer) => {
    let chunk = data
    for (let end = chunk.indexOf(10); end !== -1 && !socket.destroyed; end = chunk.indexOf(10)) {
      const line = Buffer.concat([...rest, chunk.subarray(0, end)]).toString('utf8')
      rest = []
      length = 0
      chunk = chunk.subarray(end + 1)
      deliver(socket, line, onMessage)
    }
    if (chunk.length > 0) rest.push(chunk)
    length += chunk.length
    if (length > maxBytes) socket.destroy()
  })
}

function deliver(socket: Socket, line: string, onMessage: (message: unknown) => void): void {
  let message: unknown
  try {
    message = JSON.parse(line)
  } catch {
    socket.destroy()
    return
  }
  onMessage(message)
}

export function writeJsonLine(socket: Socket, message: unknown): void {
  if (!socket.writable) return
  if (socket.writableLength > MOST_UNREAD_BYTES) socket.destroy()
  else socket.write(`${JSON.stringify(message)}\n`)
}
