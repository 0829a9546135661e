/** Reads PDF values (ISO 32000-1 §7.3) strictly: what two viewers could read differently is refused, not repaired. */
import { latin1 } from './bytes.js'
import { maxDepth } from './limits.js'
import { refusal } from './refusal.js'
import { type PdfDict, type PdfValue, refTo } from './value.js'

/** The window ended inside a value although the file goes on: the caller reads more and starts again. */
export class WindowEnd extends Error {}

const space = 1
const delimiter = 2
/** Character classes of ISO 32000-1 tables 1 and 2. */
const classOf = new Uint8Array(256)
for (const code of [0, 9, 10, 12, 13, 32]) classOf[code] = space
for (const char of '()<>[]{}/%') classOf[char.charCodeAt(0)] = delimiter

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)$/
const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 48 && byte <= 57

/** A cursor over a window of the file. `isWhole` says that nothing follows the window. */
export class ObjectParser {
  readonly bytes: Uint8Array
  readonly isWhole: boolean
  position: number

  constructor(bytes: Uint8Array, position: number, isWhole: boolean) {
    this.bytes = bytes
    this.position = position
    this.isWhole = isWhole
  }

  /** The byte under the cursor; running out of a partial window asks for more, out of the file is damage. */
  #at(position: number): number {
    const byte = this.bytes[position]
    if (byte === undefined)
      throw this.isWhole ? refusal('pdf.damaged', 'ends-inside-object') : new WindowEnd()
    return byte
  }

  skipSpace(): void {
    for (;;) {
      const byte = this.bytes[this.position]
      if (byte === undefined) return
      if (byte === 37) this.#skipComment()
      else if (classOf[byte] === space) this.position++
      else return
    }
  }

  #skipComment(): void {
    for (;;) {
      const byte = this.#at(this.position)
      if (byte === 10 || byte === 13) return
      this.position++
    }
  }

  /** Whether `word` stands here, without consuming it. */
  startsWith(word: string): boolean {
    for (let index = 0; index < word.length; index++) {
      if (this.bytes[this.position + index] !== word.charCodeAt(index)) return false
    }
    return true
  }

  /** Consumes `word` when it stands here as a whole token. */
  takeWord(word: string): boolean {
    for (let index = 0; index < word.length; index++) {
      if (this.#at(this.position + index) !== word.charCodeAt(index)) return false
    }
    const after = this.bytes[this.position + word.length]
    if (after === undefined && !this.isWhole) throw new WindowEnd()
    if (after !== undefined && classOf[after] === 0) return false
    this.position += word.length
    return true
  }

  /** A non-negative whole number token, or undefined with the cursor unmoved. */
  takeDigits(): number | undefined {
    let end = this.position
    let number = 0
    for (let byte = this.bytes[end]; byte !== undefined && isDigit(byte); byte = this.bytes[end]) {
      number = number * 10 + byte - 48
      end++
    }
    if (end >= this.bytes.length && !this.isWhole) throw new WindowEnd()
    if (end === this.position || end - this.position > 15) return undefined
    this.position = end
    return number
  }

  value(depth = 0): PdfValue {
    if (depth > maxDepth) throw refusal('pdf.too-complex', 'nesting')
    this.skipSpace()
    const byte = this.#at(this.position)
    if (byte === 47) return { kind: 'name', name: this.#name() }
    if (byte === 40) return this.#literalString()
    if (byte === 91) return this.#array(depth)
    if (byte === 60) return this.#at(this.position + 1) === 60 ? this.#dict(depth) : this.#hexString()
    return this.#word()
  }

  #regularEnd(from: number): number {
    let end = from
    while (classOf[this.#atOrEnd(end)] === 0) end++
    return end
  }

  /** At the end of the file a token simply ends. */
  #atOrEnd(position: number): number {
    return this.isWhole && position >= this.bytes.length ? 32 : this.#at(position)
  }

  #name(): string {
    const start = this.position + 1
    this.position = this.#regularEnd(start)
    const raw = latin1(this.bytes, start, this.position)
    if (!raw.includes('#')) return raw
    return raw.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  }

  #literalString(): PdfValue {
    const start = this.position
    let open = 0
    do {
      const byte = this.#at(this.position++)
      if (byte === 92) this.position++
      else if (byte === 40) open++
      else if (byte === 41) open--
    } while (open > 0)
    return { kind: 'string', raw: this.bytes.slice(start, this.position) }
  }

  #hexString(): PdfValue {
    const start = this.position++
    for (;;) {
      const byte = this.#at(this.position++)
      if (byte === 62) return { kind: 'string', raw: this.bytes.slice(start, this.position) }
      if (!isHexOrSpace(byte)) throw refusal('pdf.damaged', 'hex-string')
    }
  }

  #array(depth: number): PdfValue {
    const items: PdfValue[] = []
    this.position++
    for (;;) {
      this.skipSpace()
      if (this.#at(this.position) === 93) {
        this.position++
        return items
      }
      items.push(this.value(depth + 1))
    }
  }

  /** Duplicate keys are refused: viewers disagree on which one counts, and shadow attacks live on that. */
  #dict(depth: number): PdfDict {
    const dict: PdfDict = new Map()
    this.position += 2
    for (;;) {
      this.skipSpace()
      const byte = this.#at(this.position)
      if (byte === 62 && this.#at(this.position + 1) === 62) {
        this.position += 2
        return dict
      }
      if (byte !== 47) throw refusal('pdf.damaged', 'dictionary-key')
      const key = this.#name()
      if (dict.has(key)) throw refusal('pdf.damaged', 'duplicate-key')
      dict.set(key, this.value(depth + 1))
    }
  }

  #word(): PdfValue {
    const start = this.position
    const end = this.#regularEnd(start)
    if (end - start > 64) throw refusal('pdf.damaged', 'token')
    const text = latin1(this.bytes, start, end)
    this.position = end
    if (text === 'true') return true
    if (text === 'false') return false
    if (text === 'null') return null
    if (!number.test(text)) throw refusal('pdf.damaged', 'token')
    if (isDigit(this.bytes[start])) {
      const reference = this.#reference(text)
      if (reference) return reference
      this.position = end
    }
    return { kind: 'number', raw: text }
  }

  /** `12 0 R`: the first number is read, the rest is looked ahead. */
  #reference(first: string): PdfValue | undefined {
    if (first.includes('.') || first.length > 10) return undefined
    this.skipSpace()
    const gen = isDigit(this.#atOrEnd(this.position)) ? this.takeDigits() : undefined
    if (gen === undefined) return undefined
    this.skipSpace()
    if (this.#atOrEnd(this.position) !== 82 || classOf[this.#atOrEnd(this.position + 1)] === 0)
      return undefined
    this.position++
    return refTo(Number(first), gen)
  }
}

function isHexOrSpace(byte: number): boolean {
  return isDigit(byte) || (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102) || classOf[byte] === space
}
