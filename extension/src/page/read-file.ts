/** Bytes and digests of files inside a portal's page, where neither can be had the usual way. */
import { sha256 } from '@noble/hashes/sha2.js'
import { type Bytes, toHex } from '../encoding/bytes'

/**
 * The bytes in a buffer of our own. Firefox gives content scripts buffers of the page's compartment, on which
 * `subarray` fails with “Permission denied to access property "constructor"” (measured in Firefox ESR 153).
 */
export async function readBytes(file: Blob): Promise<Bytes> {
  const own = new Uint8Array(file.size)
  own.set(new Uint8Array(await file.arrayBuffer()))
  return own
}

/** SHA-256 as lower-case hex. Not by WebCrypto: pages over plain http, as the Xinjiang portal is, have none. */
export function sha256Hex(bytes: Uint8Array): string {
  return toHex(sha256(bytes))
}
