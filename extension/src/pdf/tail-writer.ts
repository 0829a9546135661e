/** Collects new and changed objects and writes them as one incremental update of the original's own xref kind. */
import { bytesOf, joinBytes } from './bytes.js'
import { maxObjectNumber } from './limits.js'
import { refusal } from './refusal.js'
import { indirectBytes, serialize } from './serialize.js'
import { dictOf, nameOf, numberOf, type PdfDict, type PdfRef, type PdfValue, refTo } from './value.js'
import type { XrefChain } from './xref-chain.js'

interface Entry {
  readonly ref: PdfRef
  readonly offset: number
}

/** A classic xref row has ten digits for an offset. */
const largestOffset = 9_999_999_999

/** One update after `baseSize` bytes of original file; offsets are absolute. */
export class TailWriter {
  readonly #xref: XrefChain
  readonly #pieces: Uint8Array[] = [bytesOf('\n')]
  readonly #entries: Entry[] = []
  #offset: number
  #next: number

  constructor(xref: XrefChain, baseSize: number) {
    this.#xref = xref
    this.#offset = baseSize + 1
    this.#next = xref.nextNumber
  }

  newRef(): PdfRef {
    if (this.#next >= maxObjectNumber) throw refusal('pdf.too-complex', 'object-number')
    return refTo(this.#next++)
  }

  /** Returns where the object starts, absolute, and its bytes. */
  put(ref: PdfRef, value: PdfValue): { offset: number; bytes: Uint8Array } {
    return this.#append(ref, indirectBytes(ref.num, ref.gen, value))
  }

  putStream(ref: PdfRef, dict: PdfDict, data: Uint8Array): void {
    const whole = new Map(dict).set('Length', numberOf(data.length))
    this.#append(ref, indirectBytes(ref.num, ref.gen, whole, data))
  }

  #append(ref: PdfRef, bytes: Uint8Array): { offset: number; bytes: Uint8Array } {
    const offset = this.#offset
    // One object playing two parts (a page list that is also the field list) cannot be written twice.
    if (this.#entries.some((entry) => entry.ref.num === ref.num))
      throw refusal('pdf.too-complex', 'shared-object')
    this.#entries.push({ ref, offset })
    this.#pieces.push(bytes)
    this.#offset += bytes.length
    return { offset, bytes }
  }

  /** Adds the cross-reference section and returns the whole tail. */
  finish(): Uint8Array<ArrayBuffer> {
    if (this.#offset > largestOffset) throw refusal('pdf.too-large', 'offset')
    const at = this.#offset
    if (this.#xref.kind === 'table') this.#pushTable()
    else this.#pushStream()
    this.#pieces.push(bytesOf(`startxref\n${at}\n%%EOF\n`))
    return joinBytes(this.#pieces)
  }

  /** Keys that survive into the new trailer; the others describe the old section's own encoding or are stale. */
  #trailer(): PdfDict {
    const { trailer, root, startxref } = this.#xref
    const next = dictOf({ Size: numberOf(this.#next), Root: root, Prev: numberOf(startxref) })
    for (const key of ['Info', 'ID']) {
      const value = trailer.get(key)
      if (value !== undefined) next.set(key, value)
    }
    return next
  }

  /** Runs of consecutive numbers share a subsection; every row is exactly 20 bytes (§7.5.4). */
  #pushTable(): void {
    let text = 'xref\n'
    for (const run of runsOf(this.#entries)) {
      text += `${run[0]?.ref.num} ${run.length}\n`
      for (const { ref, offset } of run) {
        text += `${String(offset).padStart(10, '0')} ${String(ref.gen).padStart(5, '0')} n \n`
      }
    }
    this.#pieces.push(bytesOf(`${text}trailer\n${serialize(this.#trailer())}\n`))
  }

  #pushStream(): void {
    const self = this.newRef()
    this.#entries.push({ ref: self, offset: this.#offset })
    const runs = runsOf(this.#entries)
    const rows = runs.flat()
    const data = new Uint8Array(rows.length * 8)
    const view = new DataView(data.buffer)
    rows.forEach(({ ref, offset }, row) => {
      view.setUint8(row * 8, 1)
      view.setUint8(row * 8 + 1, Math.floor(offset / 2 ** 32))
      view.setUint32(row * 8 + 2, offset >>> 0)
      view.setUint16(row * 8 + 6, ref.gen)
    })
    const dict = this.#trailer()
    dict.set('Type', nameOf('XRef'))
    dict.set('W', [1, 5, 2].map(numberOf))
    dict.set(
      'Index',
      runs.flatMap((run) => [numberOf(run[0]?.ref.num ?? 0), numberOf(run.length)]),
    )
    dict.set('Length', numberOf(data.length))
    this.#pieces.push(indirectBytes(self.num, self.gen, dict, data))
  }
}

function runsOf(entries: readonly Entry[]): Entry[][] {
  const sorted = [...entries].sort((a, b) => a.ref.num - b.ref.num)
  const runs: Entry[][] = []
  for (const entry of sorted) {
    const run = runs.at(-1)
    if (run && run.at(-1)?.ref.num === entry.ref.num - 1) run.push(entry)
    else runs.push([entry])
  }
  return runs
}
