/** P0 11 on the side of the token: how often a PIN is tried, and what the token's answers become. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createFaultyToken, errorOf, type FaultyToken, type OpenTokens } from '../../stands/faulty-token.js'

let stand: FaultyToken
let tokens: OpenTokens
let tokenId: string

beforeAll(async () => {
  stand = await createFaultyToken()
})
afterEach(async () => {
  await tokens?.close()
})
afterAll(async () => {
  await stand?.remove()
})

const open = async () => {
  ;({ tokens, tokenId } = await stand.open())
}
const wrongPin = () => stand.request(tokenId, 'rsa', { pin: Buffer.from('999999') })

describe('P0 11: a wrong PIN', () => {
  it('is tried exactly once and never again by itself', async () => {
    await open()
    const failure = await errorOf(tokens.sign(wrongPin()))
    expect(failure).toMatchObject({
      code: 'token.pin-incorrect',
      details: { native: { api: 'PKCS11', call: 'C_Login', code: 'CKR_PIN_INCORRECT' } },
    })
    expect(await stand.shim.callsOf('C_Login')).toBe(1)
    expect(await stand.shim.callsOf('C_Sign')).toBe(0)
    expect(await tokens.pinStatus(tokenId)).toMatchObject({ low: true, triesLeft: null, locked: false })
  })

  it('that locks the token is told as locked, with no tries left', async () => {
    await open()
    await stand.shim.setFaults('C_Login rv 0xa0')
    const signing = errorOf(tokens.sign(wrongPin()))
    expect((await signing).code).toBe('token.pin-incorrect')
    await stand.shim.setFaults('C_Login rv 0xa4')
    expect((await errorOf(tokens.sign(wrongPin()))).code).toBe('token.pin-locked')
  })

  it('of a length the token excludes is not tried at all', async () => {
    await open()
    for (const pin of ['', '123']) {
      const failure = await errorOf(tokens.sign(stand.request(tokenId, 'rsa', { pin: Buffer.from(pin) })))
      expect(failure.code).toBe('token.pin-invalid')
    }
    expect(await stand.shim.callsOf('C_Login')).toBe(0)
  })

  it('tells the listeners that the PIN state changed', async () => {
    await open()
    const reasons: string[] = []
    tokens.onChange((reason) => reasons.push(reason))
    await errorOf(tokens.sign(wrongPin()))
    expect(reasons).toEqual(['pin'])
  })
})

describe('P0 11: the flags of the token', () => {
  const states = [
    { flags: '0x10000', status: { triesLeft: null, low: true, finalTry: false, locked: false } },
    { flags: '0x20000', status: { triesLeft: 1, low: true, finalTry: true, locked: false } },
    { flags: '0x40000', status: { triesLeft: 0, low: true, finalTry: false, locked: true } },
    { flags: '0x70000', status: { triesLeft: 0, low: true, finalTry: false, locked: true } },
  ]
  for (const { flags, status } of states) {
    it(`${flags} is told as ${JSON.stringify(status)}`, async () => {
      await open()
      await stand.shim.setFaults(`C_GetTokenInfo flags ${flags}`)
      const { tokens: listed } = await tokens.list()
      expect(listed.find(({ id }) => id === tokenId)?.pin).toEqual(status)
      expect(await tokens.pinStatus(tokenId)).toEqual(status)
      expect(await stand.shim.callsOf('C_Login')).toBe(0)
    })
  }

  it('a locked token is never asked to log in, not even with the right PIN', async () => {
    await open()
    await stand.shim.setFaults('C_GetTokenInfo flags 0x40000')
    expect((await errorOf(tokens.sign(stand.request(tokenId, 'rsa')))).code).toBe('token.pin-locked')
    expect(await stand.shim.callsOf('C_Login')).toBe(0)
  })
})

describe('every signature', () => {
  it('logs in once, signs and logs out, so that nothing stays open for the next program', async () => {
    await open()
    await tokens.sign(stand.request(tokenId, 'rsa'))
    await tokens.sign(stand.request(tokenId, 'ec'))
    for (const call of ['C_Login', 'C_Sign', 'C_Logout']) expect(await stand.shim.callsOf(call)).toBe(2)
    expect((await errorOf(tokens.sign(wrongPin()))).code).toBe('token.pin-incorrect')
  })

  it('logs out also when signing fails', async () => {
    await open()
    await stand.shim.setFaults('C_Sign rv 0x30')
    await errorOf(tokens.sign(stand.request(tokenId, 'rsa')))
    expect(await stand.shim.callsOf('C_Logout')).toBe(1)
  })

  it('wipes the PIN it was given, whatever happens', async () => {
    await open()
    const pins: Buffer[] = []
    const typed = () => {
      const pin = Buffer.from(stand.hsm.pin)
      pins.push(pin)
      return pin
    }
    await tokens.sign(stand.request(tokenId, 'rsa', { pin: typed() }))
    await stand.shim.setFaults('C_Sign segv')
    await errorOf(tokens.sign(stand.request(tokenId, 'rsa', { pin: typed() })))
    await errorOf(tokens.sign(stand.request('unknown.0', 'rsa', { pin: typed() })))
    expect(pins.map((pin) => pin.every((byte) => byte === 0))).toEqual([true, true, true])
  })

  it('leaves no trace of the PIN in an error', async () => {
    await open()
    const pin = 'canary-739152'
    const failure = await errorOf(tokens.sign(stand.request(tokenId, 'rsa', { pin: Buffer.from(pin) })))
    const everything = JSON.stringify([
      failure,
      failure.message,
      failure.details,
      failure.stack,
      failure.cause,
    ])
    expect(everything).not.toContain(pin)
    expect(everything).not.toContain(Buffer.from(pin).toString('base64'))
  })

  it('of one token excludes a second one at the same time', async () => {
    await open()
    await stand.shim.setFaults('C_Sign slow 300')
    const first = tokens.sign(stand.request(tokenId, 'rsa'))
    expect((await errorOf(tokens.sign(stand.request(tokenId, 'ec')))).code).toBe('token.busy')
    expect((await first).length).toBe(256)
    await stand.shim.setFaults()
    expect((await tokens.sign(stand.request(tokenId, 'ec'))).length).toBeGreaterThan(60)
  })

  it('that is cancelled is given up at once and its result thrown away', async () => {
    await open()
    await stand.shim.setFaults('C_Sign slow 400')
    const cancel = new AbortController()
    const signing = errorOf(tokens.sign(stand.request(tokenId, 'rsa', { signal: cancel.signal })))
    setTimeout(() => cancel.abort(), 50)
    expect((await signing).code).toBe('request.cancelled')
    expect((await errorOf(tokens.sign(stand.request(tokenId, 'rsa')))).code).toBe('token.busy')
  })
})
