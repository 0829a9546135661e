/** What a vendor library may do to us: hang, crash, lie. The shim is a double of misbehaviour over SoftHSM2. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createFaultyToken, errorOf, type FaultyToken, type OpenTokens } from '../../stands/faulty-token.js'
import { longestGap } from '../../stands/loop-gap.js'

let stand: FaultyToken
let tokens: OpenTokens
let tokenId: string

const SHORT = { listMs: 1_000, loginMs: 600, signMs: 600, backOffFirstMs: 20, maxMemory: 300_000_000 }

beforeAll(async () => {
  stand = await createFaultyToken()
})
afterEach(async () => {
  await tokens?.close()
})
afterAll(async () => {
  await stand?.remove()
})

describe('P0 12: a vendor library that misbehaves while it signs', () => {
  const cases = [
    { fault: 'C_Sign hang', code: 'provider.timeout', phase: 'sign' },
    { fault: 'C_Sign spin', code: 'provider.timeout', phase: 'sign' },
    { fault: 'C_Login hang', code: 'provider.timeout', phase: 'login' },
    { fault: 'C_Sign segv', code: 'provider.crashed', phase: 'sign' },
    { fault: 'C_Sign abort', code: 'provider.crashed', phase: 'sign' },
    { fault: 'C_Sign exit 3', code: 'provider.crashed', phase: 'sign' },
    { fault: 'C_Sign memory', code: 'provider.crashed', phase: 'sign', limits: { signMs: 20_000 } },
  ]
  for (const { fault, code, phase, limits } of cases) {
    // On a starved machine the loop may pause by itself; a blocking call would fail every time.
    it(`${fault}: ends with ${code}, the bridge stays quick, and the next signature works`, {
      retry: 2,
    }, async () => {
      ;({ tokens, tokenId } = await stand.open({ ...SHORT, ...limits }))
      await stand.shim.setFaults(fault)
      let failure: Awaited<ReturnType<typeof errorOf>> | undefined
      const gap = await longestGap(async () => {
        failure = await errorOf(tokens.sign(stand.request(tokenId, 'rsa')))
      })
      expect(failure?.code).toBe(code)
      expect(failure?.details?.phase).toBe(phase)
      expect(gap).toBeLessThan(50)
      // Only the PIN that was typed was tried, and nothing was tried again after the crash.
      expect(await stand.shim.callsOf('C_Login')).toBe(1)
      await stand.shim.setFaults()
      expect((await tokens.sign(stand.request(tokenId, 'rsa'))).length).toBe(256)
      expect(await stand.shim.callsOf('C_Login')).toBe(2)
      expect(tokens.providers().find(({ id }) => id === 'shim')).toEqual({
        id: 'shim',
        state: 'running',
        restarts: 1,
      })
    })
  }

  it('the list of tokens is answered at once while a signature hangs', async () => {
    ;({ tokens, tokenId } = await stand.open(SHORT))
    await stand.shim.setFaults('C_Sign hang')
    const signing = errorOf(tokens.sign(stand.request(tokenId, 'rsa')))
    const asked = performance.now()
    expect((await tokens.list()).tokens.map(({ id }) => id)).toContain(tokenId)
    expect(performance.now() - asked).toBeLessThan(100)
    expect((await signing).code).toBe('provider.timeout')
  })

  it('a library that is only slow is waited for', async () => {
    ;({ tokens, tokenId } = await stand.open(SHORT))
    await stand.shim.setFaults('C_Sign slow 400')
    expect((await tokens.sign(stand.request(tokenId, 'ec'))).length).toBeGreaterThan(60)
  })

  it('throws away a signature that does not verify against the certificate', async () => {
    ;({ tokens, tokenId } = await stand.open(SHORT))
    await stand.shim.setFaults('C_Sign garbage')
    for (const kind of ['rsa', 'ec'] as const) {
      expect((await errorOf(tokens.sign(stand.request(tokenId, kind)))).code).toBe('provider.bad-signature')
    }
  })
})

describe('the meter of standstill', () => {
  it('sees a call that blocks the loop', async () => {
    const gap = await longestGap(async () =>
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400),
    )
    expect(gap).toBeGreaterThan(50)
  })
})

describe('a crash in the middle of several requests', () => {
  it('fails the signature that was waiting behind it instead of sending it afterwards', async () => {
    ;({ tokens, tokenId } = await stand.open({ ...SHORT, signMs: 400 }))
    await stand.shim.setFaults('C_Sign hang')
    const first = errorOf(tokens.sign(stand.request(tokenId, 'rsa')))
    const waiting = errorOf(tokens.sign(stand.request('shim.0123456789abcdef01234567', 'rsa')))
    const certificates = tokens.certificates(tokenId)
    expect((await first).code).toBe('provider.timeout')
    expect(await waiting).toMatchObject({
      code: 'provider.crashed',
      details: { reason: 'queued-behind-a-crash' },
    })
    // Reading does no harm and is answered by the restarted process.
    expect(await certificates).toHaveLength(2)
    expect(await stand.shim.callsOf('C_Login')).toBe(1)
  })

  it('tells listeners that the provider was restarted', async () => {
    ;({ tokens, tokenId } = await stand.open(SHORT))
    const reasons: string[] = []
    tokens.onChange((reason) => reasons.push(reason))
    await stand.shim.setFaults('C_Sign segv')
    await errorOf(tokens.sign(stand.request(tokenId, 'rsa')))
    expect(reasons).toEqual(['provider'])
  })
})

describe('a library that keeps crashing', () => {
  it('is suspended after the third crash within a minute and tried again later', async () => {
    ;({ tokens, tokenId } = await stand.open({ ...SHORT, suspendMs: 500 }))
    await stand.shim.setFaults('C_Sign segv')
    for (let crash = 1; crash <= 3; crash += 1) {
      expect((await errorOf(tokens.sign(stand.request(tokenId, 'rsa')))).code).toBe('provider.crashed')
    }
    const status = () => tokens.providers().find(({ id }) => id === 'shim')?.state
    expect(status()).toBe('suspended')
    expect((await errorOf(tokens.sign(stand.request(tokenId, 'rsa')))).code).toBe('provider.suspended')
    expect(await stand.shim.callsOf('C_Login')).toBe(3)
    const { tokens: others, failed } = await tokens.list()
    expect(failed).toEqual([{ provider: 'shim', code: 'provider.suspended' }])
    expect(others.map(({ provider }) => provider)).toEqual(['softhsm2'])
    await stand.shim.setFaults()
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect((await tokens.sign(stand.request(tokenId, 'rsa'))).length).toBe(256)
  })

  it('does not hide the tokens of the other libraries when its list hangs', async () => {
    ;({ tokens, tokenId } = await stand.open({ ...SHORT, listMs: 1_500 }))
    await stand.shim.setFaults('C_GetSlotList hang')
    const { tokens: others, failed } = await tokens.list()
    expect(others.map(({ provider }) => provider)).toEqual(['softhsm2'])
    expect(failed).toEqual([{ provider: 'shim', code: 'provider.timeout' }])
  })

  it('is named as failed when it crashes while it starts', async () => {
    ;({ tokens, tokenId } = await stand.open(SHORT))
    await tokens.close()
    const { openTokens } = await import('../../../bridge/src/devices/open-tokens.js')
    tokens = openTokens({
      home: stand.dir,
      practice: false,
      providers: [{ id: 'shim', library: stand.shim.library, sha256: stand.shim.sha256 }],
      childCommand: stand.child.command,
      limits: SHORT,
    })
    await stand.shim.setFaults('C_Initialize segv')
    expect((await tokens.list()).failed).toEqual([{ provider: 'shim', code: 'provider.crashed' }])
  })
})
