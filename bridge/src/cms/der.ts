/**
 * DER in and out, as little as a CMS needs (X.690 §8 and §10). asn1js and pkijs did the same in 9 ms per signature,
 * this in 0.1 ms, and the whole bridge may add 5 (`npm run bench -- --only sign`); openssl judges it in the tests.
 */

/** One element. `whole` and `content` are views of the bytes that were read. */
export interface Element {
  readonly tag: number
  readonly whole: Buffer
  readonly content: Buffer
}

export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** Context-specific and constructed: `[0] IMPLICIT SET OF`, or `[0] EXPLICIT` around one value. */
  context0: 0xa0,
} as const

/** The highest number in the low five bits says that the tag goes on in the next bytes; no CMS or certificate has one. */
const LONG_TAG = 0x1f

/** Writes one element; lengths are definite and as short as they can be. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([Buffer.of(tag, ...lengthBytes(size)), ...parts])
}

function lengthBytes(size: number): number[] {
  if (size < 0x80) return [size]
  const bytes: number[] = []
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [0x80 | bytes.length, ...bytes]
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(TAG.sequence, ...parts)

/** SET OF: the elements in the order of their encoded bytes (X.690 §11.6). */
export function setOf(tag: number, members: readonly Buffer[]): Buffer {
  return element(tag, ...[...members].sort(Buffer.compare))
}

/** The dozen names a CMS uses, encoded once. */
const encodedNames = new Map<string, Buffer>()

/** The dotted form, e.g. 1.2.840.113549.1.7.2, in base 128 (X.690 §8.19). For the constants of oids.ts only. */
export function objectIdentifier(dotted: string): Buffer {
  const known = encodedNames.get(dotted)
  if (known) return known
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const arcs = [first * 40 + second, ...rest]
  const encoded = element(TAG.objectIdentifier, Buffer.from(arcs.flatMap(base128)))
  encodedNames.set(dotted, encoded)
  return encoded
}

function base128(arc: number): number[] {
  const bytes = [arc % 128]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift(0x80 | (rest % 128))
  }
  return bytes
}

/** Reads one element and insists that nothing follows it. Throws RangeError for everything that is not DER. */
export function readOne(der: Buffer): Element {
  const [only, ...more] = readAll(der)
  if (!only || more.length > 0) throw new RangeError('not exactly one DER element')
  return only
}

/** Reads all elements of a constructed one's content. Throws RangeError. */
export function readAll(content: Buffer): Element[] {
  const elements: Element[] = []
  for (let at = 0; at < content.length; ) {
    const next = readAt(content, at)
    elements.push(next)
    at += next.whole.length
  }
  return elements
}

function readAt(bytes: Buffer, at: number): Element {
  const tag = bytes[at] ?? LONG_TAG
  if ((tag & LONG_TAG) === LONG_TAG) throw new RangeError('tag of several bytes')
  const { size, bytesOfLength } = readLength(bytes, at + 1)
  const start = at + 1 + bytesOfLength
  const end = start + size
  if (end > bytes.length) throw new RangeError('element beyond the end')
  return { tag, whole: bytes.subarray(at, end), content: bytes.subarray(start, end) }
}

/** Definite and minimal only (X.690 §10.1). */
function readLength(bytes: Buffer, at: number): { readonly size: number; readonly bytesOfLength: number } {
  const first = bytes[at] ?? 0x80
  if (first < 0x80) return { size: first, bytesOfLength: 1 }
  const count = first & 0x7f
  if (count === 0 || count > 4 || at + count >= bytes.length) throw new RangeError('length')
  const size = bytes.readUIntBE(at + 1, count)
  const isMinimal = size >= 0x80 && bytes[at + 1] !== 0
  if (!isMinimal) throw new RangeError('length not minimal')
  return { size, bytesOfLength: 1 + count }
}
