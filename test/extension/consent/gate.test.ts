import { signal } from '@preact/signals'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGate } from '../../../extension/src/consent/gate'
import type { MessageKey } from '../../../extension/src/ui/i18n'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const byHand = { isTrusted: true }

describe('the 签章 button', () => {
  it('stays off for 600 ms after the window opened', () => {
    const gate = createGate(() => null)
    gate.rearm()
    vi.advanceTimersByTime(599)
    expect(gate.passes(byHand)).toBe(false)
    vi.advanceTimersByTime(1)
    expect(gate.passes(byHand)).toBe(true)
  })

  it('is off for another 600 ms each time the window gains focus', () => {
    const gate = createGate(() => null)
    gate.rearm()
    vi.advanceTimersByTime(600)
    gate.rearm()
    vi.advanceTimersByTime(300)
    gate.rearm()
    vi.advanceTimersByTime(599)
    expect(gate.closedBecause.value).toBe('consent.off.quiet')
    vi.advanceTimersByTime(1)
    expect(gate.closedBecause.value).toBeNull()
  })

  it('ignores a click made by a program', () => {
    const gate = createGate(() => null)
    gate.rearm()
    vi.advanceTimersByTime(600)
    expect(gate.passes({ isTrusted: false })).toBe(false)
  })

  it('says what is missing before it says to wait', () => {
    const reason = signal<MessageKey | null>('consent.off.draw')
    const gate = createGate(() => reason.value)
    gate.rearm()
    vi.advanceTimersByTime(600)
    expect(gate.closedBecause.value).toBe('consent.off.draw')
    reason.value = null
    expect(gate.closedBecause.value).toBeNull()
  })
})
