/** What must never stand in a log, row by row (security requirements 9 and 24). */
import { describe, expect, it } from 'vitest'
import { redact, redactText } from '../../../bridge/src/log/redact.js'

const K = 'mHkq3v0Zr8tYw2xL5nQ7bC1dE4fG6hJ9kM0pR3sT6uV'

/** A value to be logged, and what must not be found in what is written. */
const secrets: readonly [string, unknown, string][] = [
  ['a PIN field', { pin: '85273910' }, '85273910'],
  ['a sealed PIN', { sealedPin: 'c2VhbGVkcGlu' }, 'c2VhbGVkcGlu'],
  ['a PIN in a sentence', { msg: 'C_Login with PIN 85273910 failed' }, '85273910'],
  ['a password in Chinese words', '密码: 85273910', '85273910'],
  ['the session key', { key: K }, K],
  ['the session key under another name', { note: K }, K],
  ['the session key inside a sentence', { msg: `session ${K} opened` }, K],
  ['the session key in a URL', { url: `ws://127.0.0.1:1/v1?k=${K}` }, K],
  ['bytes', { payload: Buffer.from('85273910') }, '85273910'],
  ['bytes as JSON would show them', { payload: Buffer.from('8') }, '56'],
  ['a consent ticket', { consent: 'ticket-1' }, 'ticket-1'],
  ['a mac', { frame: { t: 'auth', mac: 'abc' } }, 'abc'],
  ['a resident ID number', { text: '证件 210102199003071234 已读' }, '210102199003071234'],
  ['a resident ID number with X', { text: '21010219900307123X' }, '21010219900307123X'],
  ['an old ID number', { text: '210102900307123' }, '210102900307123'],
  ['a credit code', { text: '91210102MA0UJ4XY7D' }, '91210102MA0UJ4XY7D'],
  ['a mobile number', { text: '电话 13800138000。' }, '13800138000'],
  ['a name', { name: '张三' }, '张三'],
  ['a holder', { certificate: { holder: '张三' } }, '张三'],
  ['a certificate subject', { subject: 'CN=张三,O=某公司' }, '张三'],
  ['a subject inside a sentence', { msg: 'signed by CN=张三,O=某公司,C=CN' }, '张三'],
  ['an issuer', { Issuer: 'CN=某CA' }, '某CA'],
  ['a token label', { tokenLabel: '张三的锁' }, '张三的锁'],
  ['a file name', { file: { name: '承诺书.pdf' } }, '承诺书'],
  ['a file name in a path', { msg: 'cannot open /home/x/张三-承诺书.pdf' }, '承诺书'],
  ['a file name in a field name', { '承诺书.pdf': 1 }, '承诺书'],
  ['an error that quotes a PIN', new Error('bad PIN "85273910"'), '85273910'],
  ['an error with fields', Object.assign(new Error('x'), { pin: '85273910' }), '85273910'],
  ['a list', [{ pin: '85273910' }, 'PIN=85273910'], '85273910'],
  ['the digits of a pairing', { digits: '401936' }, '401936'],
  ['something eight levels deep', { a: { b: { c: { d: { e: { f: { g: { h: '张三' } } } } } } } }, '张三'],
]

describe('requirement 24: redaction', () => {
  it.each(secrets)('takes out %s', (_what, value, secret) => {
    const written = JSON.stringify(redact(value))
    expect(written).not.toContain(secret)
  })

  it.each([
    [{ request: 'ui-17', method: 'pdf.sign', channel: 'websocket', outcome: 'token.pin-incorrect', ms: 12 }],
    [{ port: 44_153, pid: 20_170, version: '0.1.0' }],
    [{ native: { api: 'PKCS11', call: 'C_Login', code: 'CKR_PIN_INCORRECT' } }],
    [{ code: 'token.pin-locked', triesLeft: 0 }],
  ])('leaves what the helpdesk needs: %o', (fields) => {
    expect(redact(fields)).toEqual(fields)
  })

  it('shortens endless texts and does not follow circles for ever', () => {
    expect(redactText('x'.repeat(1_000_000)).length).toBeLessThan(3000)
    const circle: Record<string, unknown> = {}
    circle.self = circle
    expect(JSON.stringify(redact(circle))).toContain('…')
  })
})
