/** Random access to a file's bytes, so that a 50 MB document is never held in memory. */

/** `read` returns exactly the bytes that exist in [offset, offset + length); callers must not write into them. */
export interface ByteSource {
  readonly size: number
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>
}

/** Blob reads cost an IPC hop each, so they are made in blocks; the last few blocks stay. */
const blockBytes = 64 * 1024
/** 4 MiB of blocks: enough for a page tree, small beside the 64 MiB ceiling. */
const keptBlocks = 64
/** Longer reads (hashing) go straight through and would only wash the cache out. */
const directReadBytes = 512 * 1024

/** Reads a Blob or File through `slice`, in cached blocks. */
export function blobSource(blob: Blob): ByteSource {
  const blocks = new Map<number, Promise<Uint8Array<ArrayBuffer>>>()
  const slice = async (from: number, to: number) => new Uint8Array(await blob.slice(from, to).arrayBuffer())
  const block = (index: number): Promise<Uint8Array<ArrayBuffer>> => {
    const kept = blocks.get(index)
    if (kept !== undefined) return kept
    const oldest = blocks.size >= keptBlocks ? blocks.keys().next().value : undefined
    if (oldest !== undefined) blocks.delete(oldest)
    const loaded = slice(index * blockBytes, (index + 1) * blockBytes)
    blocks.set(index, loaded)
    return loaded
  }
  return {
    size: blob.size,
    async read(offset, length) {
      const from = clamp(offset, blob.size)
      const to = clamp(offset + length, blob.size)
      if (to - from > directReadBytes) return slice(from, to)
      return readBlocks(block, from, to)
    },
  }
}

async function readBlocks(
  block: (index: number) => Promise<Uint8Array<ArrayBuffer>>,
  from: number,
  to: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const first = Math.floor(from / blockBytes)
  const last = Math.floor(Math.max(from, to - 1) / blockBytes)
  if (first === last) return (await block(first)).subarray(from - first * blockBytes, to - first * blockBytes)
  const out = new Uint8Array(to - from)
  for (let index = first; index <= last; index++) {
    const start = index * blockBytes
    const bytes = await block(index)
    const piece = bytes.subarray(Math.max(0, from - start), Math.min(bytes.length, to - start))
    out.set(piece, Math.max(0, start - from))
  }
  return out
}

/** Bytes already in memory; views are returned, nothing is copied. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  const whole =
    bytes.buffer instanceof ArrayBuffer
      ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
      : new Uint8Array(bytes)
  return {
    size: whole.length,
    async read(offset, length) {
      return whole.subarray(clamp(offset, whole.length), clamp(offset + length, whole.length))
    },
  }
}

/** The first `size` bytes of a source: an earlier revision of the same file. */
export function prefixSource(source: ByteSource, size: number): ByteSource {
  return {
    size,
    read: (offset, length) =>
      source.read(clamp(offset, size), clamp(offset + length, size) - clamp(offset, size)),
  }
}

function clamp(position: number, size: number): number {
  return Math.max(0, Math.min(position, size))
}
