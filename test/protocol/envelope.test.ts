/** The envelope under good, bad and hostile input. */
import {
  classify,
  decode,
  encode,
  MAX_MESSAGE_BYTES,
  MAX_MESSAGE_DEPTH,
  type SuoqiaoError,
} from '@suoqiao/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

function codeOf(act: () => unknown): string {
  try {
    act()
    return 'none'
  } catch (error) {
    return (error as SuoqiaoError).code
  }
}

describe('decoding', () => {
  test('a request comes back as it was sent, Chinese included', () => {
    const request = { id: 'a1', method: 'token.list', params: { 名称: '企业诚信守法承诺书' } }
    expect(classify(decode(encode(request)))).toEqual({ kind: 'request', request })
  })

  test('a failure keeps its code, sentence and details', () => {
    const failure = {
      id: 'a1',
      error: { code: 'token.none', message: '没有认到 UKey。', details: { triesLeft: 1 } },
    }
    expect(classify(failure)).toEqual({ kind: 'failure', failure })
  })

  test('an event keeps its sequence number', () => {
    const event = { event: 'token.changed', seq: 7, data: { reason: 'inserted' } }
    expect(classify(event)).toEqual({ kind: 'event', event })
  })

  test.each([
    ['not JSON', '{'],
    ['a number', '1'],
    ['a method that is not topic.verb', '{"id":"1","method":"eval","params":{}}'],
    ['an id with spaces', '{"id":"a b","method":"token.list","params":{}}'],
    ['an id of 65 characters', JSON.stringify({ id: 'x'.repeat(65), method: 'token.list' })],
  ])('%s is refused as request.invalid', (_name, text) => {
    expect(codeOf(() => classify(decode(text)))).toBe('request.invalid')
  })

  test('a message one byte over the limit is refused, counted in UTF-8 bytes', () => {
    const text = JSON.stringify('锁'.repeat(Math.floor((MAX_MESSAGE_BYTES - 2) / 3)))
    const fits = text + ' '.repeat(MAX_MESSAGE_BYTES - Buffer.byteLength(text))
    expect(codeOf(() => decode(fits))).toBe('none')
    expect(codeOf(() => decode(`${fits} `))).toBe('request.too-large')
    expect(codeOf(() => decode(`"${'😀'.repeat(MAX_MESSAGE_BYTES / 4)}"`))).toBe('request.too-large')
  })

  test('nesting beyond the limit is refused without overflowing the stack', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(codeOf(() => decode(nested(MAX_MESSAGE_DEPTH)))).toBe('none')
    expect(codeOf(() => decode(nested(MAX_MESSAGE_DEPTH + 1)))).toBe('request.invalid')
    expect(codeOf(() => decode(nested(5000)))).toBe('request.invalid')
  })
})

test('whatever text arrives, decoding ends in a value or a coded refusal', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.jsonValue().map((value) => JSON.stringify(value)),
      ),
      (text) => {
        const code = codeOf(() => classify(decode(text)))
        return ['none', 'request.invalid', 'request.too-large'].includes(code)
      },
    ),
    { numRuns: 5000 },
  )
})
