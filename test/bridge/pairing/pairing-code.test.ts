/** The arithmetic of pairing, and the back-off by the clock. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBackOff } from '../../../bridge/src/pairing/back-off.js'
import {
  commitmentTo,
  comparisonDigits,
  createPairingSecret,
  isShare,
  opensCommitment,
} from '../../../bridge/src/pairing/pairing-code.js'

const nonce = (fill: number): Buffer => Buffer.alloc(32, fill)

describe('requirement 19: the numbers of pairing', () => {
  it('gives both sides the same key, and a listener none', () => {
    const one = createPairingSecret()
    const other = createPairingSecret()
    // The daemon's half is the second argument of the salt on both sides, so one half is enough to compare.
    expect(one.agree(other.publicKey)).toHaveLength(32)
    expect(one.agree(other.publicKey).equals(one.agree(other.publicKey))).toBe(true)
    expect(one.agree(other.publicKey).equals(createPairingSecret().agree(other.publicKey))).toBe(false)
  })

  it('shows six digits, also when they begin with zeros', () => {
    const { publicKey } = createPairingSecret()
    const codes = Array.from({ length: 200 }, (_, i) =>
      comparisonDigits({ publicKey, nonce: nonce(i) }, { publicKey, nonce: nonce(0) }),
    )
    for (const code of codes) expect(code).toMatch(/^\d{6}$/)
    expect(new Set(codes).size).toBeGreaterThan(190)
  })

  it('opens a commitment by its own share only (property-based)', () => {
    const { publicKey } = createPairingSecret()
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.nat(31),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, flip) => {
          const share = { publicKey, nonce: Buffer.from(bytes) }
          const commitment = commitmentTo(share)
          const changed = Buffer.from(bytes)
          changed[at] = (changed[at] ?? 0) ^ flip
          return (
            opensCommitment(share, commitment) && !opensCommitment({ publicKey, nonce: changed }, commitment)
          )
        },
      ),
    )
  })

  it('takes no short point, no compressed point and no short nonce', () => {
    const { publicKey } = createPairingSecret()
    expect(isShare({ publicKey, nonce: nonce(1) })).toBe(true)
    expect(isShare({ publicKey: publicKey.subarray(0, 64), nonce: nonce(1) })).toBe(false)
    expect(
      isShare({ publicKey: Buffer.concat([Buffer.from([2]), publicKey.subarray(1)]), nonce: nonce(1) }),
    ).toBe(false)
    expect(isShare({ publicKey, nonce: Buffer.alloc(31) })).toBe(false)
  })

  it('closes for sixty seconds after the third failure and counts anew after that', () => {
    let now = 0
    const backOff = createBackOff(() => now)
    backOff.fail()
    backOff.fail()
    expect(backOff.isActive()).toBe(false)
    backOff.fail()
    expect(backOff.isActive()).toBe(true)
    now = 59_999
    expect(backOff.isActive()).toBe(true)
    now = 60_000
    expect(backOff.isActive()).toBe(false)
    backOff.fail()
    expect(backOff.isActive()).toBe(false)
  })
})
