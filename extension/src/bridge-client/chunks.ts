/** Cuts an envelope into pieces the native port takes, and joins the pieces that come back. */
import { MAX_BLOB_BYTES, NATIVE_CHUNK_CHARS, nativeChunk, SuoqiaoError } from '@suoqiao/protocol'
import * as v from 'valibot'

export type NativeChunk = v.InferOutput<typeof nativeChunk>

/** The pieces of one text; `n` counts from 0 within the message. */
export function cut(text: string, size = NATIVE_CHUNK_CHARS): NativeChunk[] {
  const count = Math.max(1, Math.ceil(text.length / size))
  return Array.from({ length: count }, (_, n) => ({
    t: 'rpc',
    n,
    last: n === count - 1,
    text: text.slice(n * size, (n + 1) * size),
  }))
}

/** Joins pieces in order; throws request.invalid when one is missing or repeated, request.too-large beyond the cap. */
export class Joiner {
  #pieces: string[] = []
  #length = 0

  /** The whole text after its last piece, else null. */
  add(chunk: NativeChunk): string | null {
    const expected = this.#pieces.length
    this.#length += chunk.text.length
    const tooLarge = this.#length > MAX_BLOB_BYTES
    if (chunk.n !== expected || tooLarge) {
      this.#reset()
      throw new SuoqiaoError(tooLarge ? 'request.too-large' : 'request.invalid', { reason: 'chunk order' })
    }
    this.#pieces.push(chunk.text)
    if (!chunk.last) return null
    const text = this.#pieces.join('')
    this.#reset()
    return text
  }

  #reset(): void {
    this.#pieces = []
    this.#length = 0
  }
}

/** Reads a message of the native port as a piece, or null when it is something else. */
export function asChunk(message: unknown): NativeChunk | null {
  const parsed = v.safeParse(nativeChunk, message)
  return parsed.success ? parsed.output : null
}
