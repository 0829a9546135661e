/** Pieces of the native port. */
import { NATIVE_CHUNK_CHARS } from '@suoqiao/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cut, Joiner } from '../../../extension/src/bridge-client/chunks'

test('any text cut into pieces of any size is whole again', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.integer({ min: 1, max: 50 }),
      (text, size) => {
        const joiner = new Joiner()
        const pieces = cut(text, size).map((piece) => JSON.parse(JSON.stringify(piece)))
        const results = pieces.map((piece) => joiner.add(piece))
        expect(results.at(-1)).toBe(text)
        expect(results.slice(0, -1).every((result) => result === null)).toBe(true)
      },
    ),
  )
})

test('a reply of 3 million characters arrives whole, in pieces the browser takes', () => {
  const text = '签章'.repeat(1_500_000)
  const joiner = new Joiner()
  const pieces = cut(text)
  expect(Math.max(...pieces.map((piece) => Buffer.byteLength(JSON.stringify(piece))))).toBeLessThan(1_000_000)
  expect(pieces.map((piece) => joiner.add(piece)).at(-1)).toBe(text)
})

test('a missing, repeated or reordered piece is refused, and the next message is read afresh', () => {
  const [a, b, c] = cut('abcdef', 2)
  if (!a || !b || !c) throw new Error('three pieces expected')
  for (const order of [[b], [a, c], [a, a], [a, b, b]]) {
    const joiner = new Joiner()
    expect(() => order.map((piece) => joiner.add(piece))).toThrow()
    expect([a, b, c].map((piece) => joiner.add(piece)).at(-1)).toBe('abcdef')
  }
})

test('P0 14: a reply of more than 32 MiB is refused while it comes, not after', () => {
  const joiner = new Joiner()
  const text = 'x'.repeat(NATIVE_CHUNK_CHARS)
  const most = (32 << 20) / NATIVE_CHUNK_CHARS
  for (let n = 0; n < most; n += 1) expect(joiner.add({ t: 'rpc', n, last: false, text })).toBeNull()
  expect(() => joiner.add({ t: 'rpc', n: most, last: false, text: 'x' })).toThrow(
    expect.objectContaining({ code: 'request.too-large' }),
  )
})
