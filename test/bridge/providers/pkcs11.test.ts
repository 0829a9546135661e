/** PKCS#11 libraries as they really are: return values, missing mechanisms, padding, strange object ids. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errors } from '@suoqiao/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isSameCkaId } from '../../../bridge/src/providers/pkcs11/cka-id.js'
import { toEcdsaSigValue } from '../../../bridge/src/providers/pkcs11/signature.js'
import { isPinLengthAllowed, trimPadding } from '../../../bridge/src/providers/pkcs11/token-state.js'
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

describe('what the library answers becomes one sentence for the user', () => {
  const table = [
    { call: 'C_Login', rv: '0xa0', name: 'CKR_PIN_INCORRECT', code: 'token.pin-incorrect' },
    { call: 'C_Login', rv: '0xa1', name: 'CKR_PIN_INVALID', code: 'token.pin-invalid' },
    { call: 'C_Login', rv: '0xa2', name: 'CKR_PIN_LEN_RANGE', code: 'token.pin-invalid' },
    { call: 'C_Login', rv: '0xa3', name: 'CKR_PIN_EXPIRED', code: 'token.pin-expired' },
    { call: 'C_Login', rv: '0xa4', name: 'CKR_PIN_LOCKED', code: 'token.pin-locked' },
    { call: 'C_Login', rv: '0x104', name: 'CKR_USER_ANOTHER_ALREADY_LOGGED_IN', code: 'token.busy' },
    { call: 'C_Login', rv: '0x50', name: 'CKR_FUNCTION_CANCELED', code: 'token.pin-cancelled' },
    { call: 'C_Login', rv: '0x32', name: 'CKR_DEVICE_REMOVED', code: 'token.removed' },
    { call: 'C_Sign', rv: '0x32', name: 'CKR_DEVICE_REMOVED', code: 'token.removed' },
    { call: 'C_Sign', rv: '0xe0', name: 'CKR_TOKEN_NOT_PRESENT', code: 'token.removed' },
    { call: 'C_Sign', rv: '0x82', name: 'CKR_OBJECT_HANDLE_INVALID', code: 'token.removed' },
    { call: 'C_Sign', rv: '0x30', name: 'CKR_DEVICE_ERROR', code: 'provider.failed' },
    { call: 'C_Sign', rv: '0x5', name: 'CKR_GENERAL_ERROR', code: 'provider.failed' },
  ]
  for (const { call, rv, name, code } of table) {
    it(`${name} in ${call} is ${code}, with the library's own word for the helpdesk`, async () => {
      await open()
      await stand.shim.setFaults(`${call} rv ${rv}`)
      const failure = await errorOf(tokens.sign(stand.request(tokenId, 'rsa')))
      expect(failure).toMatchObject({ code, details: { native: { api: 'PKCS11', call, code: name } } })
      expect(failure.message).toBe(errors[failure.code].say)
    })
  }

  it('a return value of the vendor that no standard names is provider.failed, not a crash', async () => {
    await open()
    await stand.shim.setFaults('C_Sign rv 0x80000123')
    expect((await errorOf(tokens.sign(stand.request(tokenId, 'rsa')))).code).toBe('provider.failed')
  })
})

describe('a token that lacks something', () => {
  it('without CKM_ECDSA says so before the PIN is spent', async () => {
    await open()
    await stand.shim.setFaults('C_GetMechanismList without 0x1041')
    const failure = await errorOf(tokens.sign(stand.request(tokenId, 'ec')))
    expect(failure.code).toBe('provider.mechanism-unsupported')
    expect(await stand.shim.callsOf('C_Login')).toBe(0)
  })

  it('without CKM_SHA256_RSA_PKCS signs all the same', async () => {
    await open()
    await stand.shim.setFaults('C_GetMechanismList without 0x40')
    expect((await tokens.sign(stand.request(tokenId, 'rsa'))).length).toBe(256)
  })

  it('without the wanted certificate says so before the PIN is spent', async () => {
    await open()
    const failure = await errorOf(
      tokens.sign(stand.request(tokenId, 'rsa', { certificateId: '0'.repeat(64) })),
    )
    expect(failure.code).toBe('certificate.not-found')
    expect(await stand.shim.callsOf('C_Login')).toBe(0)
  })

  it('that refuses locking flags is initialised without them', async () => {
    await open()
    await tokens.close()
    await stand.shim.setFaults('C_Initialize no-locking')
    const { openTokens } = await import('../../../bridge/src/devices/open-tokens.js')
    tokens = openTokens({
      home: stand.dir,
      practice: false,
      providers: [{ id: 'shim', library: stand.shim.library, sha256: stand.shim.sha256 }],
      childCommand: stand.child.command,
    })
    expect((await tokens.list()).tokens.some(({ provider }) => provider === 'shim')).toBe(true)
  })

  it('that pads its label with NULs keeps its name and its id', async () => {
    await open()
    await stand.shim.setFaults('C_GetTokenInfo nul-padding')
    const { tokens: found } = await tokens.list()
    expect(found.find(({ id }) => id === tokenId)?.label).toBe(stand.hsm.tokenLabel)
  })
})

describe('a token that comes and goes', () => {
  it('is reported as removed and inserted, and has the same id afterwards', async () => {
    await open()
    const reasons: string[] = []
    tokens.onChange((reason) => reasons.push(reason))
    await stand.shim.setFaults('C_GetSlotList empty')
    expect((await tokens.list()).tokens.filter(({ provider }) => provider === 'shim')).toEqual([])
    expect((await errorOf(tokens.pinStatus(tokenId))).code).toBe('token.not-found')
    await stand.shim.setFaults()
    expect((await tokens.list()).tokens.map(({ id }) => id)).toContain(tokenId)
    expect(reasons).toEqual(['removed', 'inserted'])
  })

  it('is noticed within a second where the library has events, and only while somebody listens', async () => {
    await open()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await stand.shim.callsOf('C_WaitForSlotEvent')).toBe(0)
    const removed = new Promise<string>((resolve) => tokens.onChange(resolve))
    await stand.shim.setFaults('C_WaitForSlotEvent event', 'C_GetSlotList empty')
    const asked = performance.now()
    expect(await removed).toBe('removed')
    expect(performance.now() - asked).toBeLessThan(1_000)
  })

  it('is not asked for events again by a library that has none', async () => {
    await open()
    await stand.shim.setFaults('C_WaitForSlotEvent rv 0x54')
    const stop = tokens.onChange(() => {})
    await new Promise((resolve) => setTimeout(resolve, 900))
    expect(await stand.shim.callsOf('C_WaitForSlotEvent')).toBe(1)
    stop()
  })

  it('is started afresh when the library has lost its senses', async () => {
    await open()
    await stand.shim.setFaults('C_GetSlotList rv 0x5')
    const { failed } = await tokens.list()
    expect(failed).toEqual([{ provider: 'shim', code: 'provider.failed' }])
    expect(await stand.shim.callsOf('C_Finalize')).toBe(1)
    await stand.shim.setFaults()
    expect((await tokens.list()).failed).toEqual([])
  })
})

describe('a key that wants the PIN for each use', () => {
  it('is asked with the PIN that was just found right', async () => {
    const { dir, hsm } = stand
    const token = ['--module', hsm.library, '--token-label', hsm.tokenLabel, '--login', '--pin', hsm.pin]
    const env = { ...process.env, ...hsm.env }
    // The existing RSA certificate is shown for a second key only by its modulus: a self-signed one is made for it.
    execFileSync(
      'pkcs11-tool',
      [
        ...token,
        '--keypairgen',
        '--key-type',
        'rsa:2048',
        '--id',
        '09',
        '--label',
        'always',
        '--always-auth',
      ],
      { env, stdio: 'ignore' },
    )
    const added = await certifyExisting(dir, token, env)
    await open()
    const certificateId = createHash('sha256').update(added).digest('hex')
    expect((await tokens.sign(stand.request(tokenId, 'rsa', { certificateId }))).length).toBe(256)
    expect(await stand.shim.callsOf('C_Login')).toBe(2)
  })

  async function certifyExisting(dir: string, token: string[], env: NodeJS.ProcessEnv): Promise<Buffer> {
    const spki = join(dir, 'always.spki')
    const pem = join(dir, 'always.pem')
    const der = join(dir, 'always.der')
    execFileSync('pkcs11-tool', [...token, '--read-object', '--type', 'pubkey', '--id', '09', '-o', spki], {
      env,
      stdio: 'ignore',
    })
    execFileSync('openssl', ['pkey', '-pubin', '-inform', 'DER', '-in', spki, '-out', pem])
    execFileSync('openssl', [
      ...['x509', '-new', '-force_pubkey', pem, '-subj', '/CN=always', '-days', '9'],
      ...['-CA', join(dir, 'ca.pem'), '-CAkey', join(dir, 'ca.key'), '-outform', 'DER', '-out', der],
    ])
    execFileSync('pkcs11-tool', [...token, '--write-object', der, '--type', 'cert', '--id', '09'], {
      env,
      stdio: 'ignore',
    })
    return readFileSync(der)
  }
})

describe('small print of the standard', () => {
  it('r‖s becomes a DER ECDSA-Sig-Value with minimal, positive integers', () => {
    const raw = Buffer.concat([Buffer.alloc(31), Buffer.of(0x80), Buffer.alloc(30), Buffer.of(1, 2)])
    expect(toEcdsaSigValue(raw).toString('hex')).toBe('300802020080' + '02020102')
  })

  it('finds the key by CKA_ID although one object pads it or writes it as hex', () => {
    const same = (a: string, b: string) => isSameCkaId(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'))
    expect(same('01', '01')).toBe(true)
    expect(same('01', '010000')).toBe(true)
    expect(same('3031', '01')).toBe(true)
    expect(same('01', '02')).toBe(false)
    expect(same('', '')).toBe(false)
  })

  it('trims labels and ignores impossible PIN lengths', () => {
    expect(trimPadding('UKey   \0\0')).toBe('UKey')
    expect(trimPadding('测试 UKey          ')).toBe('测试 UKey')
    expect(isPinLengthAllowed(6, { minPinLen: 0, maxPinLen: 0 })).toBe(true)
    expect(isPinLengthAllowed(6, { minPinLen: 8, maxPinLen: 16 })).toBe(false)
    expect(isPinLengthAllowed(0, { minPinLen: 0, maxPinLen: 0 })).toBe(false)
  })
})
