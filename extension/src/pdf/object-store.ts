/** Resolves references of one revision of a file, reading objects only when asked. */
import type { ByteSource } from './byte-source.js'
import { latin1 } from './bytes.js'
import { type IndirectObject, readIndirectObject } from './indirect-object.js'
import { WorkBudget } from './limits.js'
import { ObjectParser } from './object-parser.js'
import { refusal } from './refusal.js'
import { readStreamData } from './stream-data.js'
import { asInteger, isArray, isDict, isRef, type PdfArray, type PdfDict, type PdfValue } from './value.js'
import { readXrefChain, type XrefChain } from './xref-chain.js'
import type { XrefEntry } from './xref-entries.js'

interface ObjectStream {
  readonly data: Uint8Array
  readonly first: number
  readonly members: readonly { readonly num: number; readonly offset: number }[]
}

/** Kept parsed objects and inflated object streams; beyond this they are read again, and the budget counts it. */
const keptObjects = 20_000
const keptStreams = 8
const longestRefChain = 32

export class ObjectStore {
  readonly source: ByteSource
  readonly xref: XrefChain
  readonly budget: WorkBudget
  readonly #objects = new Map<number, IndirectObject | null>()
  readonly #streams = new Map<number, ObjectStream>()

  constructor(source: ByteSource, xref: XrefChain, budget: WorkBudget) {
    this.source = source
    this.xref = xref
    this.budget = budget
  }

  /** Reads header, startxref and the whole cross-reference chain. Throws pdf.* refusals. */
  static async open(source: ByteSource, budget = new WorkBudget()): Promise<ObjectStore> {
    if (source.size === 0) throw refusal('pdf.not-a-pdf', 'empty')
    return new ObjectStore(source, await readXrefChain(source, budget), budget)
  }

  /** The object a reference means now; null for free, missing and other-generation ones (§7.3.10). */
  async load(num: number, gen: number): Promise<IndirectObject | null> {
    this.budget.spendSteps(1)
    const kept = this.#objects.get(num)
    const object = kept === undefined ? await this.#read(num) : kept
    if (kept === undefined) {
      if (this.#objects.size >= keptObjects) this.#objects.clear()
      this.#objects.set(num, object)
    }
    return object && object.gen === gen ? object : null
  }

  /** Follows references until a value stands there. */
  async resolve(value: PdfValue | undefined): Promise<PdfValue> {
    let current = value ?? null
    for (let hops = 0; isRef(current); hops++) {
      if (hops >= longestRefChain) throw refusal('pdf.too-complex', 'reference-loop')
      current = (await this.load(current.num, current.gen))?.value ?? null
    }
    return current
  }

  async dictAt(value: PdfValue | undefined): Promise<PdfDict | null> {
    const resolved = await this.resolve(value)
    return isDict(resolved) ? resolved : null
  }

  async arrayAt(value: PdfValue | undefined): Promise<PdfArray | null> {
    const resolved = await this.resolve(value)
    if (!isArray(resolved)) return null
    this.budget.spendSteps(resolved.length)
    return resolved
  }

  /** Decoded data of a stream object; null when the value is no stream. */
  async streamData(value: PdfValue | undefined): Promise<Uint8Array | null> {
    const object = isRef(value) ? await this.load(value.num, value.gen) : null
    return object ? this.#decode(object) : null
  }

  async #decode(object: IndirectObject): Promise<Uint8Array | null> {
    if (object.dataOffset === null || !isDict(object.value)) return null
    const dict = new Map(object.value)
    for (const key of ['Filter', 'DecodeParms']) {
      if (isRef(dict.get(key))) dict.set(key, await this.resolve(dict.get(key)))
    }
    const length = asInteger(await this.resolve(dict.get('Length')))
    if (length === undefined) throw refusal('pdf.damaged', 'stream-length')
    return readStreamData(this.source, { dict, dataOffset: object.dataOffset, length }, this.budget)
  }

  async #read(num: number): Promise<IndirectObject | null> {
    const entry = this.xref.entries.get(num)
    if (!entry || entry.kind === 'free') return null
    return entry.kind === 'plain' ? this.#readPlain(num, entry) : this.#readPacked(num, entry)
  }

  async #readPlain(num: number, entry: Extract<XrefEntry, { kind: 'plain' }>): Promise<IndirectObject> {
    const object = await readIndirectObject(this.source, entry.offset, this.budget)
    if (object.num !== num || object.gen !== entry.gen) throw refusal('pdf.damaged', 'object-not-there')
    return object
  }

  async #readPacked(num: number, entry: Extract<XrefEntry, { kind: 'packed' }>): Promise<IndirectObject> {
    const stream = await this.#objectStream(entry.container)
    const member = stream.members[entry.index]
    if (member?.num !== num) throw refusal('pdf.damaged', 'object-not-in-stream')
    const parser = new ObjectParser(stream.data, stream.first + member.offset, true)
    const value = parser.value()
    this.budget.spendParsed(parser.position - stream.first - member.offset)
    return { num, gen: 0, value, dataOffset: null, start: -1, end: -1 }
  }

  async #objectStream(container: number): Promise<ObjectStream> {
    const kept = this.#streams.get(container)
    if (kept) return kept
    const entry = this.xref.entries.get(container)
    if (entry?.kind !== 'plain') throw refusal('pdf.damaged', 'object-stream')
    const object = await this.#readPlain(container, entry)
    const data = await this.#decode(object)
    if (!data || !isDict(object.value)) throw refusal('pdf.damaged', 'object-stream')
    const stream = parseObjectStream(object.value, data)
    const oldest = this.#streams.size >= keptStreams ? this.#streams.keys().next().value : undefined
    if (oldest !== undefined) this.#streams.delete(oldest)
    this.#streams.set(container, stream)
    return stream
  }
}

/** §7.5.7: N pairs of number and offset, then the objects from /First on. */
function parseObjectStream(dict: PdfDict, data: Uint8Array): ObjectStream {
  const count = asInteger(dict.get('N'))
  const first = asInteger(dict.get('First'))
  if (count === undefined || first === undefined || first < 0 || first > data.length || count < 0) {
    throw refusal('pdf.damaged', 'object-stream')
  }
  const parser = new ObjectParser(data.subarray(0, first), 0, true)
  const members: { num: number; offset: number }[] = []
  for (let index = 0; index < count; index++) {
    parser.skipSpace()
    const num = parser.takeDigits()
    parser.skipSpace()
    const offset = parser.takeDigits()
    if (num === undefined || offset === undefined) throw refusal('pdf.damaged', 'object-stream-header')
    members.push({ num, offset })
  }
  return { data, first, members }
}

/** A short Latin-1 text of a stream, for looking up a marker in metadata. */
export function textOf(data: Uint8Array, maxBytes: number): string {
  return latin1(data, 0, Math.min(data.length, maxBytes))
}
