/** Consent tickets: one press of the button, one request, 60 seconds. */
import { type ErrorCode, SuoqiaoError } from '@suoqiao/protocol'
import { describe, expect, it } from 'vitest'
import type { ConsentScope } from '../../../bridge/src/consent/consent.js'
import { createConsentDesk } from '../../../bridge/src/consent/consent-desk.js'

const scope: ConsentScope = {
  sessionId: 'session-1234567890',
  origin: 'https://portal.example',
  method: 'pdf.sign',
  certificateId: 'c'.repeat(64),
  paramsSha256: 'a'.repeat(64),
}

function codeOf(action: () => unknown): ErrorCode | 'done' {
  try {
    action()
    return 'done'
  } catch (error) {
    if (error instanceof SuoqiaoError) return error.code
    throw error
  }
}

describe('a consent ticket', () => {
  it('serves exactly the request that was confirmed', () => {
    const desk = createConsentDesk()
    const { ticket, expiresInS } = desk.issue(scope)
    expect(expiresInS).toBe(60)
    expect(codeOf(() => desk.redeem(ticket, scope))).toBe('done')
  })

  it('P0 10: serves once', () => {
    const desk = createConsentDesk()
    const { ticket } = desk.issue(scope)
    desk.redeem(ticket, scope)
    expect(codeOf(() => desk.redeem(ticket, scope))).toBe('consent.expired')
  })

  it.each([
    ['session', { sessionId: 'session-another-one' }],
    ['origin', { origin: 'https://portal.example.evil.test' }],
    ['origin by its scheme', { origin: 'http://portal.example' }],
    ['method', { method: 'token.signDigest' }],
    ['certificate', { certificateId: `${'c'.repeat(63)}d` }],
    ['parameters', { paramsSha256: `${'a'.repeat(63)}b` }],
  ])('P0 10: is refused for another %s, and is then used up', (_name, other) => {
    const desk = createConsentDesk()
    const { ticket } = desk.issue(scope)
    expect(codeOf(() => desk.redeem(ticket, { ...scope, ...other }))).toBe('consent.mismatch')
    expect(codeOf(() => desk.redeem(ticket, scope))).toBe('consent.expired')
  })

  it('P0 10: is over after 60 seconds', () => {
    let time = 1000
    const desk = createConsentDesk({ now: () => time })
    const early = desk.issue(scope)
    const late = desk.issue(scope)
    time += 59_999
    expect(codeOf(() => desk.redeem(early.ticket, scope))).toBe('done')
    time += 1
    expect(codeOf(() => desk.redeem(late.ticket, scope))).toBe('consent.expired')
  })

  it('cannot be left out or made up', () => {
    const desk = createConsentDesk()
    desk.issue(scope)
    expect(codeOf(() => desk.redeem(undefined, scope))).toBe('consent.required')
    for (const made of ['', 'x', 'A'.repeat(43), '汉字']) {
      expect(codeOf(() => desk.redeem(made, scope))).toBe('consent.expired')
    }
  })

  it('has 256 random bits and never comes twice', () => {
    const desk = createConsentDesk()
    const tickets = Array.from({ length: 1000 }, () => desk.issue(scope).ticket)
    expect(new Set(tickets).size).toBe(1000)
    for (const ticket of tickets) expect(Buffer.from(ticket, 'base64url')).toHaveLength(32)
  })

  it('does not pile up: a session keeps its eight newest, and all sessions together 64', () => {
    const desk = createConsentDesk()
    const own = Array.from({ length: 9 }, () => desk.issue(scope).ticket)
    expect(codeOf(() => desk.redeem(own[0], scope))).toBe('consent.expired')
    expect(codeOf(() => desk.redeem(own[1], scope))).toBe('done')
    const from = (name: string) => () => desk.issue({ ...scope, sessionId: name })
    for (let n = 0; n < 57; n += 1) expect(codeOf(from(`other-${n}`))).toBe('done')
    expect(codeOf(from('one-too-many'))).toBe('request.rate-limited')
    expect(codeOf(() => desk.redeem(own[8], scope))).toBe('done')
  })
})
