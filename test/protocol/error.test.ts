/** What becomes of errors on the wire. */
import { fromWireError, SuoqiaoError, toWireError } from '@suoqiao/protocol'
import { expect, test } from 'vitest'

test('a coded error arrives with its code, its Chinese sentence and the native code', () => {
  const native = { api: 'PKCS11', call: 'C_Login', code: 'CKR_PIN_INCORRECT' }
  const back = fromWireError(toWireError(new SuoqiaoError('token.pin-incorrect', { native, triesLeft: 3 })))
  expect(back.code).toBe('token.pin-incorrect')
  expect(back.message).toContain('密码不对')
  expect(back.details).toEqual({ native, triesLeft: 3 })
})

test('an unexpected error leaves as bridge.internal and tells nothing of itself', () => {
  const wire = toWireError(new Error('PIN 123456 of 张三 at /home/zhangsan'))
  expect(wire.code).toBe('bridge.internal')
  expect(JSON.stringify(wire)).not.toMatch(/123456|张三|home/)
})

test('a code of a newer bridge becomes bridge.internal and keeps the unknown code for the helpdesk', () => {
  const back = fromWireError({ code: 'token.melted', message: '…', details: {} })
  expect(back.code).toBe('bridge.internal')
  expect(back.details).toEqual({ unknownCode: 'token.melted' })
})

test('a code named like an Object property is not taken for one of ours', () => {
  expect(fromWireError({ code: 'toString', message: '' }).code).toBe('bridge.internal')
})
