/** The numbers that keep a hostile file from costing more than a refusal, each with its reason. */
import { refusal } from './refusal.js'

/** Incremental updates one file may have: a signed contract has a handful, an attack has thousands. */
export const maxRevisions = 500
/** Nesting of arrays, dictionaries, page trees and field trees. */
export const maxDepth = 64
/** Highest object number a conforming file may use (ISO 32000-1 Annex C, table C.1). */
export const maxObjectNumber = 8_388_607
/** Rows of all cross-reference sections together; a 50 MB drawing set has some 100 000. */
const maxXrefEntries = 300_000
/** Leaves of the page tree. */
export const maxPages = 50_000
/** One object without its stream data, bytes. */
export const maxObjectBytes = 16 * 1024 * 1024
/** One cross-reference table, bytes: 20 bytes per entry. */
export const maxTableBytes = 32 * 1024 * 1024
/** One inflated object or cross-reference stream, bytes. */
export const maxInflatedBytes = 64 * 1024 * 1024
/** All syntax parsed for one opening, bytes: about a second of work. */
const maxParsedBytes = 64 * 1024 * 1024
/** All data inflated for one opening, bytes. */
const maxInflatedTotal = 128 * 1024 * 1024
/** References followed and list members looked at: lists shared by many pages multiply without more syntax. */
const maxSteps = 600_000

/** What one request may still spend; shared by every reader of the same document. */
export class WorkBudget {
  readonly #scale: number
  #parsed = 0
  #inflated = 0
  #entries = 0
  #steps = 0

  /** Verifying reads every signed revision again: `scale` multiplies all ceilings. */
  constructor(scale = 1) {
    this.#scale = scale
  }

  /** Throws `pdf.too-complex` when the file makes us read the same or ever more syntax. */
  spendParsed(bytes: number): void {
    this.#parsed += bytes
    if (this.#parsed > maxParsedBytes * this.#scale) throw refusal('pdf.too-complex', 'too-much-syntax')
  }

  /** Throws `pdf.too-complex` on a decompression bomb. */
  spendInflated(bytes: number): void {
    this.#inflated += bytes
    if (this.#inflated > maxInflatedTotal * this.#scale) throw refusal('pdf.too-complex', 'too-much-inflated')
  }

  /** Throws `pdf.too-complex` when all cross-reference sections together have too many rows. */
  spendEntries(count: number): void {
    this.#entries += count
    if (this.#entries > maxXrefEntries * this.#scale) throw refusal('pdf.too-complex', 'xref-entries')
  }

  spendSteps(count: number): void {
    this.#steps += count
    if (this.#steps > maxSteps * this.#scale) throw refusal('pdf.too-complex', 'too-many-steps')
  }
}
