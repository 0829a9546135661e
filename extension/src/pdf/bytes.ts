/** Bytes and Latin-1 text, the two faces of PDF syntax. TextDecoder('latin1') is windows-1252 and would alter bytes. */

export function latin1(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = ''
  for (let from = start; from < end; from += 8192) {
    text += String.fromCharCode(...bytes.subarray(from, Math.min(end, from + 8192)))
  }
  return text
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes
}

export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let position = 0
  for (const piece of pieces) {
    joined.set(piece, position)
    position += piece.length
  }
  return joined
}

export function hexOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
