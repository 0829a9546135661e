/** A file as base64 pieces for the signing port, and back; extension messages are JSON and cannot carry bytes. */
import { SuoqiaoError } from '@suoqiao/protocol'
import { type Bytes, fromBase64, toBase64 } from '../encoding/bytes'
import { CHUNK_BYTES } from '../router/messages'

export interface FileChunk {
  readonly t: 'chunk'
  readonly n: number
  readonly base64: string
  readonly last: boolean
}

/** The pieces of a file in order; an empty file is one empty piece. */
export function* cutFile(bytes: Uint8Array): Generator<FileChunk> {
  const count = Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES))
  for (let n = 0; n < count; n += 1) {
    const piece = bytes.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES)
    yield { t: 'chunk', n, base64: toBase64(piece), last: n === count - 1 }
  }
}

/** Puts a file of announced size together; throws request.invalid for a missing, repeated, surplus or malformed piece. */
export class FileJoiner {
  readonly #bytes: Bytes
  #at = 0
  #next = 0

  constructor(size: number) {
    this.#bytes = new Uint8Array(size)
  }

  /** The whole file after its last piece, else null. */
  add(chunk: FileChunk): Bytes | null {
    const piece = decodePiece(chunk)
    if (chunk.n !== this.#next || this.#at + piece.length > this.#bytes.length) throw badChunk()
    this.#bytes.set(piece, this.#at)
    this.#at += piece.length
    this.#next += 1
    if (!chunk.last) return null
    if (this.#at !== this.#bytes.length) throw badChunk()
    return this.#bytes
  }
}

function decodePiece(chunk: FileChunk): Bytes {
  if (typeof chunk.base64 !== 'string' || chunk.base64.length > CHUNK_BYTES * 2) throw badChunk()
  try {
    return fromBase64(chunk.base64)
  } catch {
    throw badChunk()
  }
}

function badChunk(): SuoqiaoError {
  return new SuoqiaoError('request.invalid', { reason: 'chunk' })
}
