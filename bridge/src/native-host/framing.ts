/** Native-messaging frames on stdio: a 32-bit length in the machine's byte order, then JSON in UTF-8. */
import { read, writeSync } from 'node:fs'
import { endianness } from 'node:os'

/** Chrome sends up to 64 MiB; ours are chunks of 256 Ki characters, which stay below 1 MiB. */
const MOST_INCOMING_BYTES = 4 << 20
const READ_BYTES = 64 << 10
const RETRY_MS = 5

const isLittle = endianness() === 'LE'

/** Splits a byte stream into messages. Throws when a length or a body is impossible. */
export function createDeframer(onMessage: (message: unknown) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    while (rest.length >= 4) {
      const length = isLittle ? rest.readUInt32LE(0) : rest.readUInt32BE(0)
      if (length > MOST_INCOMING_BYTES) throw new Error('native message too long')
      if (rest.length < 4 + length) return
      const text = rest.toString('utf8', 4, 4 + length)
      rest = rest.subarray(4 + length)
      onMessage(JSON.parse(text))
    }
  }
}

export function frame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message))
  const header = Buffer.alloc(4)
  if (isLittle) header.writeUInt32LE(body.length)
  else header.writeUInt32BE(body.length)
  return Buffer.concat([header, body])
}

/** Sleeps this thread; only used while the browser's pipe is full. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS)
}

/** Writes all bytes before it returns, also to a pipe the browser made non-blocking. */
export function writeFully(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      pause()
    }
  }
}

/**
 * Reads a descriptor to its end in libuv's thread pool: plain read calls, which are what works for a host on
 * Windows, while the main thread stays free to relay.
 */
export async function readAll(descriptor: number, onBytes: (bytes: Buffer) => void): Promise<void> {
  const buffer = Buffer.alloc(READ_BYTES)
  for (;;) {
    const count = await readOnce(descriptor, buffer)
    if (count === 0) return
    if (count > 0) onBytes(Buffer.from(buffer.subarray(0, count)))
  }
}

/** Bytes read; 0 at the end; -1 after a moment when a non-blocking pipe had nothing yet. */
function readOnce(descriptor: number, buffer: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, buffer, 0, buffer.length, null, (error, bytesRead) => {
      if (!error) resolve(bytesRead)
      else if (error.code === 'EAGAIN') setTimeout(resolve, RETRY_MS, -1)
      // Windows says EOF for a pipe that was closed.
      else if (error.code === 'EOF') resolve(0)
      else reject(error)
    })
  })
}
