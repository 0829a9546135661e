/** What the daemon believes of what a provider process says: the vendor library shares that process's memory. */
import * as v from 'valibot'
import { expect, it } from 'vitest'
import { childMessage, results } from '../../../bridge/src/provider-process/messages.js'

const isBelieved = (message: unknown) => v.safeParse(childMessage, message).success

it('P0 14: the daemon takes only error codes of its own table from a provider process', () => {
  expect(isBelieved({ id: 1, error: { code: 'token.pin-incorrect', details: { triesLeft: 2 } } })).toBe(true)
  for (const code of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'made.up', '', 7]) {
    expect(isBelieved({ id: 1, error: { code } }), String(code)).toBe(false)
  }
})

it('P0 14: the daemon takes no endless lists, texts or signatures from a provider process', () => {
  const token = {
    id: 'a',
    vendor: 'v',
    label: 'l',
    serial: 's',
    practice: false,
    pin: { triesLeft: null, low: false, finalTry: false, locked: false },
  }
  expect(v.safeParse(results.list, Array(64).fill(token)).success).toBe(true)
  expect(v.safeParse(results.list, Array(65).fill(token)).success).toBe(false)
  expect(v.safeParse(results.list, [{ ...token, label: 'x'.repeat(301) }]).success).toBe(false)
  const huge = 'A'.repeat(131_076)
  expect(v.safeParse(results.sign, { signature: huge, certificate: '' }).success).toBe(false)
  expect(v.safeParse(results.certificates, [{ der: huge }]).success).toBe(false)
})
