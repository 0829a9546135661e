/** Text strings and dates (ISO 32000-1 §7.9.2, §7.9.4): reading what a file has, writing what viewers agree on. */
import { bytesOf, latin1 } from './bytes.js'
import type { PdfString, PdfValue } from './value.js'
import { isString } from './value.js'

/** UTF-16BE with byte order mark as a hex string, which no viewer misreads. */
export function textString(text: string): PdfString {
  let hex = 'FEFF'
  for (let index = 0; index < text.length; index++)
    hex += text.charCodeAt(index).toString(16).padStart(4, '0')
  return { kind: 'string', raw: bytesOf(`<${hex}>`) }
}

/** `D:20261121083000Z`, always UTC so that the result does not depend on the computer's zone. */
export function dateString(date: Date): PdfString {
  const digits = date.toISOString().slice(0, 19).replace(/\D/g, '')
  return { kind: 'string', raw: bytesOf(`(D:${digits}Z)`) }
}

/** The bytes a string token stands for. */
export function stringBytes(token: PdfString): Uint8Array<ArrayBuffer> {
  return token.raw[0] === 60 ? fromHex(token.raw) : fromLiteral(token.raw)
}

/** §7.3.4.3: white space is skipped, a missing last digit is 0. */
function fromHex(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(Math.ceil(raw.length / 2))
  let count = 0
  for (const byte of raw) {
    const digit = hexDigit(byte)
    if (digit < 0) continue
    out[count >> 1] = (out[count >> 1] ?? 0) + (count % 2 === 0 ? digit * 16 : digit)
    count++
  }
  return out.slice(0, Math.ceil(count / 2))
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

const escapes: Record<string, number> = { n: 10, r: 13, t: 9, b: 8, f: 12 }

function fromLiteral(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const out: number[] = []
  for (let at = 1; at < raw.length - 1; at++) {
    const byte = raw[at] ?? 0
    if (byte !== 92) out.push(byte)
    else at = pushEscape(raw, at + 1, out)
  }
  return Uint8Array.from(out)
}

/** Table 3 of §7.3.4.2; returns the position of the escape's last byte. */
function pushEscape(raw: Uint8Array, at: number, out: number[]): number {
  const char = String.fromCharCode(raw[at] ?? 0)
  const octal = /^[0-7]{1,3}/.exec(String.fromCharCode(...raw.subarray(at, Math.min(at + 3, raw.length - 1))))
  if (octal) {
    out.push(Number.parseInt(octal[0], 8) & 255)
    return at + octal[0].length - 1
  }
  if (char === '\r' && raw[at + 1] === 10) return at + 1
  if (char !== '\n' && char !== '\r') out.push(escapes[char] ?? char.charCodeAt(0))
  return at
}

/** Names, dates and reasons; longer ones are not shown to anyone. */
const longestTextBytes = 16 * 1024

/** A text string as JavaScript text: UTF-16BE, UTF-8 (PDF 2.0) or, close enough for names, Latin-1. */
export function readText(value: PdfValue | undefined): string | undefined {
  if (!isString(value) || value.raw.length > longestTextBytes) return undefined
  const bytes = stringBytes(value)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes.subarray(2))
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return new TextDecoder().decode(bytes.subarray(3))
  return latin1(bytes)
}
