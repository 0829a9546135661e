/** The SHA-256 over a prepared file's ByteRange, and putting the finished CMS into its place. */
import { sha256 } from '@noble/hashes/sha2.js'
import type { ByteSource } from './byte-source.js'
import { bytesOf, hexOf, joinBytes } from './bytes.js'
import type { PreparedSignature } from './prepare.js'
import { refusal, withTypedErrors } from './refusal.js'

/** Any incremental SHA-256; `@noble/hashes` by default. */
export interface StreamingHash {
  update(bytes: Uint8Array): unknown
  digest(): Uint8Array
}

/** WebCrypto is five times as fast but wants everything in one buffer; above this, memory counts more. */
export const wholeDigestMaxBytes = 8 * 1024 * 1024
/** Bigger chunks do not hash faster and only hold more memory. */
const chunkBytes = 1024 * 1024

/** 32 bytes over original + tail without /Contents. Memory does not grow with the file above 8 MiB. */
export function digestOf(
  source: ByteSource,
  prepared: PreparedSignature,
  hash?: StreamingHash,
): Promise<Uint8Array<ArrayBuffer>> {
  const { tail, byteRange } = prepared
  const [, before, after] = byteRange
  const pieces = [tail.subarray(0, before - source.size), tail.subarray(after - source.size)]
  return withTypedErrors(() => digestPieces(source, source.size, pieces, hash))
}

/** The digest of the first `size` bytes of a source and the pieces after it. */
async function digestPieces(
  source: ByteSource,
  size: number,
  pieces: readonly Uint8Array[],
  hash?: StreamingHash,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!hash && size <= wholeDigestMaxBytes) {
    const whole = joinBytes([await source.read(0, size), ...pieces])
    return new Uint8Array(await crypto.subtle.digest('SHA-256', whole))
  }
  const running = hash ?? sha256.create()
  await updateFrom(running, source, 0, size)
  for (const piece of pieces) running.update(piece)
  return new Uint8Array(running.digest())
}

/** The digest of the two ranges of an existing signature. */
export async function digestByteRange(
  source: ByteSource,
  byteRange: readonly number[],
): Promise<Uint8Array<ArrayBuffer>> {
  const [start = 0, length = 0, second = 0, rest = 0] = byteRange
  if (length + rest <= wholeDigestMaxBytes) {
    const whole = joinBytes([await source.read(start, length), await source.read(second, rest)])
    return new Uint8Array(await crypto.subtle.digest('SHA-256', whole))
  }
  const running = sha256.create()
  await updateFrom(running, source, start, length)
  await updateFrom(running, source, second, rest)
  return new Uint8Array(running.digest())
}

async function updateFrom(
  hash: StreamingHash,
  source: ByteSource,
  start: number,
  length: number,
): Promise<void> {
  for (let done = 0; done < length; done += chunkBytes) {
    const wanted = Math.min(chunkBytes, length - done)
    const chunk = await source.read(start + done, wanted)
    // A file cut while it is read must not be hashed as if it were whole.
    if (chunk.length !== wanted) throw refusal('pdf.damaged', 'short-read')
    hash.update(chunk)
  }
}

/** The finished tail with the CMS in /Contents, lower-case hex, zero-padded. Throws `pdf.no-room` when it does not fit. */
export function insertCms(prepared: PreparedSignature, cms: Uint8Array): Uint8Array<ArrayBuffer> {
  if (cms.length === 0 || cms.length > prepared.maxCmsBytes) throw refusal('pdf.no-room', 'cms-size')
  const [, before, after, rest] = prepared.byteRange
  const baseSize = after + rest - prepared.tail.length
  const finished = prepared.tail.slice()
  finished.set(bytesOf(hexOf(cms)), before - baseSize + 1)
  return finished
}
