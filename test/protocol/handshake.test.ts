/** The bytes that both sides authenticate, and the canonical form a consent is bound to. */
import { canonicalJson, lengthPrefixed, macInput, whoMustUpdate } from '@suoqiao/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const facts = {
  port: 47_301,
  origin: 'chrome-extension://abc',
  sessionId: 'sid',
  serverNonce: 'ns',
  clientNonce: 'nc',
}

test('the MAC input is every field behind its length, in the order of the specification', () => {
  const expected = ['client', 'suoqiao.v1', '47301', 'chrome-extension://abc', 'sid', 'ns', 'nc'].map(
    (field) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(Buffer.byteLength(field))
      return Buffer.concat([length, Buffer.from(field)])
    },
  )
  expect(Buffer.from(macInput('client', facts))).toEqual(Buffer.concat(expected))
})

test('client and server proofs never cover the same bytes, so neither can be reflected', () => {
  expect(macInput('client', facts)).not.toEqual(macInput('server', facts))
})

test('moving a character from one field to the next changes the MAC input', () => {
  expect(macInput('client', { ...facts, serverNonce: 'nsn', clientNonce: 'c' })).not.toEqual(
    macInput('client', facts),
  )
})

test('text outside ASCII is covered as UTF-8', () => {
  const bytes = Buffer.from(macInput('client', { ...facts, origin: '锁桥😀' }))
  expect(bytes.includes(Buffer.from('锁桥😀'))).toBe(true)
})

test('different lists of fields never give the same bytes', () => {
  const field = fc.uint8Array({ maxLength: 6 })
  fc.assert(
    fc.property(fc.array(field, { maxLength: 4 }), fc.array(field, { maxLength: 4 }), (a, b) => {
      const same = Buffer.from(lengthPrefixed(a)).equals(Buffer.from(lengthPrefixed(b)))
      const equal =
        a.length === b.length && a.every((bytes, i) => Buffer.from(bytes).equals(Buffer.from(b[i] ?? [])))
      return same === equal
    }),
  )
})

test('canonical JSON does not depend on the order of keys and drops absent fields', () => {
  expect(canonicalJson({ b: [1, { d: '二', c: undefined }], a: null })).toBe('{"a":null,"b":[1,{"d":"二"}]}')
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const shuffled = Object.fromEntries(Object.entries(value).reverse())
      return canonicalJson(value) === canonicalJson(shuffled)
    }),
  )
})

test('the older side is the one that must be updated', () => {
  expect(whoMustUpdate(1, 1)).toBe('none')
  expect(whoMustUpdate(1, 2)).toBe('extension')
  expect(whoMustUpdate(3, 2)).toBe('bridge')
})
