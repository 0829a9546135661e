/** Files in pieces on the signing port. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutFile, FileJoiner } from '../../../extension/src/jobs/file-chunks'
import { CHUNK_BYTES } from '../../../extension/src/router/messages'

test('a file of any size around the piece size is whole again', () => {
  const sizes = fc.constantFrom(0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES)
  fc.assert(
    fc.property(sizes, fc.integer({ min: 0, max: 255 }), (size, seed) => {
      const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 31 + seed) & 255)
      const joiner = new FileJoiner(size)
      const results = [...cutFile(bytes)].map((piece) => joiner.add(piece))
      expect(Buffer.compare(results.at(-1) ?? Buffer.from('?'), bytes)).toBe(0)
    }),
    { numRuns: 12 },
  )
})

test('a piece fits into one message of the browser', () => {
  const [piece] = cutFile(new Uint8Array(CHUNK_BYTES))
  expect(JSON.stringify(piece).length).toBeLessThan(1_000_000)
})

test('more bytes than announced are refused before they are kept', () => {
  const [piece] = cutFile(new Uint8Array(10))
  if (!piece) throw new Error('a piece expected')
  expect(() => new FileJoiner(9).add(piece)).toThrow()
  expect(() => new FileJoiner(11).add(piece)).toThrow()
})
