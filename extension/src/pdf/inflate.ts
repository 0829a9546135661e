/** FlateDecode with a ceiling: a bomb is refused while it unfolds, not after. */
import { Unzlib } from 'fflate'
import { joinBytes } from './bytes.js'
import { maxInflatedBytes, type WorkBudget } from './limits.js'
import { refusal } from './refusal.js'

/** Deflate expands at most 1032 times, so one step stays below 17 MiB. */
const stepBytes = 16 * 1024

/** Throws `pdf.damaged` on broken data and `pdf.too-complex` above the ceiling. */
export function inflate(data: Uint8Array, budget: WorkBudget): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = []
  let total = 0
  let overflow = false
  const stream = new Unzlib((piece) => {
    total += piece.length
    overflow = total > maxInflatedBytes
    budget.spendInflated(piece.length)
    if (!overflow) pieces.push(piece)
  })
  for (let from = 0; from < data.length && !overflow; from += stepBytes) {
    const isLast = from + stepBytes >= data.length
    pushOrRefuse(stream, data.subarray(from, from + stepBytes), isLast)
  }
  if (overflow) throw refusal('pdf.too-complex', 'inflate')
  return joinBytes(pieces)
}

/** fflate throws plain errors with a numeric `code`; our own refusals (budget) pass through. */
function pushOrRefuse(stream: Unzlib, piece: Uint8Array, isLast: boolean): void {
  try {
    stream.push(piece, isLast)
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'SuoqiaoError') throw thrown
    throw refusal('pdf.damaged', 'deflate')
  }
}
