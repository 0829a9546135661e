/** The method table as a reader would expect it. */
import { errors, events, isMethod, methods } from '@suoqiao/protocol'
import { expect, test } from 'vitest'

test('every method is named topic.verb and says what it is for', () => {
  for (const [name, method] of Object.entries(methods)) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*\.[a-zA-Z]+$/)
    expect(method.method).toBe(name)
    expect(method.summary.length).toBeGreaterThan(20)
    expect(method.since).toBeGreaterThanOrEqual(1)
  }
})

test('the methods the design promises for signing are all there', () => {
  const promised = [
    'session.hello',
    'session.status',
    'token.list',
    'token.certificates',
    'token.pinStatus',
    'token.signDigest',
    'pdf.sign',
    'journal.list',
  ]
  for (const name of promised) expect(isMethod(name), name).toBe(true)
  expect(isMethod('toString')).toBe(false)
})

test('every event says what it is for', () => {
  for (const [name, event] of Object.entries(events)) {
    expect(event.event).toBe(name)
    expect(event.summary.length).toBeGreaterThan(20)
  }
})

test('every error has a Chinese sentence that ends, in at most two sentences, without exclamation or apology', () => {
  for (const [code, { say, en }] of Object.entries(errors)) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/)
    expect(say, code).toMatch(/[一-鿿]/)
    expect(say.endsWith('。'), code).toBe(true)
    expect(say.split('。').length - 1, code).toBeLessThanOrEqual(2)
    expect(say, code).not.toMatch(/[!！]|抱歉|你|PIN/)
    expect(en, code).toMatch(/\.$/)
  }
})
