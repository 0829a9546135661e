/** pdf.sign from the confirm button to the CMS, on a real PKCS#11 token, judged by openssl. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Params } from '@suoqiao/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { pdfSign } from '../../../bridge/src/handlers/pdf.sign.js'
import { makeCaller } from '../../stands/caller.js'
import { codeOf, openSigningDesk, PORTAL, pdfParams, type SigningDesk } from '../../stands/signing-desk.js'

const content = Buffer.from('%PDF-1.7 企业诚信守法承诺书')
let desk: SigningDesk
let tokenId: string
const params = (kind: 'rsa' | 'ec' | 'encryption' | 'expired' = 'rsa'): Params<'pdf.sign'> =>
  pdfParams(tokenId, desk.certificateId(kind), content)
const lastLine = async () => (await desk.services.journal.list(1)).entries[0]

beforeAll(async () => {
  desk = await openSigningDesk({ encryption: true, expired: true })
  tokenId = (await desk.token()).id
})
afterAll(() => desk?.close())
beforeEach(() => {
  desk.answers(`pin ${desk.hsm.pin}`)
  desk.calls.sign = 0
})

function opensslAccepts(cms: string): void {
  const at = (name: string) => join(desk.directory, name)
  writeFileSync(at('content'), content)
  writeFileSync(at('cms'), Buffer.from(cms, 'base64'))
  const files = ['-inform', 'DER', '-in', at('cms'), '-content', at('content'), '-CAfile', desk.hsm.caPem]
  execFileSync(
    'openssl',
    ['cms', '-verify', '-cades', '-binary', '-purpose', 'any', ...files, '-out', '/dev/null'],
    {
      stdio: 'pipe',
    },
  )
}

describe('signing a PDF', () => {
  it.each(['rsa', 'ec'] as const)(
    'gives a CMS that openssl accepts, made with the %s key of the token',
    async (kind) => {
      const { cms, chain, signingTime, timings } = await desk.sign(params(kind))
      opensslAccepts(cms)
      expect(Buffer.from(chain[0] ?? '', 'base64')).toEqual(desk.hsm.certificates[kind].der)
      expect(Math.abs(Date.now() - Date.parse(signingTime))).toBeLessThan(60_000)
      expect(timings.totalMs).toBeGreaterThanOrEqual(timings.pinMs + timings.tokenMs)
      expect(desk.calls.sign).toBe(1)
    },
  )

  it('writes the use of the key into the journal, without the file name', async () => {
    const caller = makeCaller()
    await desk.sign(params(), caller)
    expect(await lastLine()).toMatchObject({
      method: 'pdf.sign',
      origin: PORTAL,
      tokenId,
      certificateId: desk.certificateId('rsa'),
      digest: params().docDigest,
      outcome: 'ok',
    })
    expect((await desk.services.journal.list(1)).intact).toBe(true)
    expect(desk.journalText()).not.toContain('承诺书')
  })

  it('shows the file and the start of the digest in the PIN window', async () => {
    await desk.sign(params())
    const start = params().docDigest
    expect(desk.conversation()).toContain('给“企业诚信守法承诺书.pdf”签章')
    expect(desk.conversation()).toContain(`摘要：${start.slice(0, 4)} ${start.slice(4, 8)}`)
  })

  it('refuses before the PIN when the CMS would not fit into the file', async () => {
    expect(await codeOf(desk.sign({ ...params(), maxCmsBytes: 1024 }))).toBe('pdf.no-room')
    expect(desk.answersLeft()).toHaveLength(1)
    expect(desk.calls.sign).toBe(0)
  })

  it.each([
    ['an encryption certificate', 'encryption', 'certificate.not-for-signing'],
    ['an expired certificate', 'expired', 'certificate.expired'],
  ] as const)('refuses %s before the PIN', async (_name, kind, code) => {
    expect(await codeOf(desk.sign(params(kind)))).toBe(code)
    expect(desk.answersLeft()).toHaveLength(1)
  })

  it('refuses a certificate and a token that are not there', async () => {
    expect(await codeOf(desk.sign({ ...params(), certificateId: 'f'.repeat(64) }))).toBe(
      'certificate.not-found',
    )
    expect(await codeOf(desk.sign({ ...params(), tokenId: 'softhsm2:gone:1' }))).toBe('token.not-found')
  })

  it('uses no key when the journal cannot be written, and asks for no PIN', async () => {
    const path = join(desk.directory, 'journal', 'journal.jsonl')
    renameSync(path, `${path}.kept`)
    mkdirSync(path)
    try {
      expect(await codeOf(desk.sign(params()))).toBe('journal.unwritable')
      expect(desk.answersLeft()).toHaveLength(1)
    } finally {
      rmSync(path, { recursive: true })
      renameSync(`${path}.kept`, path)
    }
    expect(await codeOf(desk.sign(params()))).toBe('done')
  })

  it('lets one signature at a time use a token: the second is told that it is busy and keeps its ticket', async () => {
    desk.answers('hang')
    const firstCaller = makeCaller()
    const first = codeOf(desk.sign(params(), firstCaller))
    await vi.waitUntil(() => desk.conversation().includes('GETPIN'), { timeout: 5000 })
    const second = await desk.confirm('pdf.sign', params('ec'))
    expect(await codeOf(pdfSign(params('ec'), second, desk.services))).toBe('token.busy')
    firstCaller.disconnect()
    expect(await first).toBe('request.cancelled')
    desk.answers(`pin ${desk.hsm.pin}`)
    expect(await codeOf(pdfSign(params('ec'), second, desk.services))).toBe('done')
  })

  it('ends without a signature when the page goes away at the PIN window, and can sign again', async () => {
    desk.answers('hang', `pin ${desk.hsm.pin}`)
    const caller = makeCaller()
    const signing = codeOf(desk.sign(params(), caller))
    await vi.waitUntil(() => desk.conversation().includes('GETPIN'), { timeout: 10_000 })
    caller.disconnect()
    expect(await signing).toBe('request.cancelled')
    expect(desk.calls.sign).toBe(0)
    expect(await lastLine()).toMatchObject({ outcome: 'request.cancelled' })
    expect(await codeOf(desk.sign(params()))).toBe('done')
  })
})

describe('P0 10: consent', () => {
  const spend = async (over: {
    params?: Partial<Params<'pdf.sign'>>
    caller?: Parameters<typeof makeCaller>[0]
  }) => {
    const confirmed = await desk.confirm('pdf.sign', params(), makeCaller())
    const spending = { ...confirmed, ...over.caller }
    return codeOf(pdfSign({ ...params(), ...over.params }, spending, desk.services))
  }

  it('is needed for every signature', async () => {
    expect(await codeOf(pdfSign(params(), makeCaller(), desk.services))).toBe('consent.required')
    expect(desk.answersLeft()).toHaveLength(1)
  })

  it('P0 10: does not cover a request in which one byte changed after it was given', async () => {
    const { docDigest } = params()
    const changed = docDigest.startsWith('0') ? `1${docDigest.slice(1)}` : `0${docDigest.slice(1)}`
    expect(await spend({ params: { docDigest: changed } })).toBe('consent.mismatch')
    expect(await spend({ params: { file: { ...params().file, name: '企业诚信守法承诺书2.pdf' } } })).toBe(
      'consent.mismatch',
    )
    expect(await spend({ params: { maxCmsBytes: 12_289 } })).toBe('consent.mismatch')
    expect(desk.calls.sign).toBe(0)
    expect(desk.answersLeft()).toHaveLength(1)
  })

  it('P0 10: serves one signature only', async () => {
    const confirmed = await desk.confirm('pdf.sign', params(), makeCaller())
    expect(await codeOf(pdfSign(params(), confirmed, desk.services))).toBe('done')
    desk.answers(`pin ${desk.hsm.pin}`)
    expect(await codeOf(pdfSign(params(), confirmed, desk.services))).toBe('consent.expired')
    expect(desk.calls.sign).toBe(1)
  })

  it('P0 10: of one page does not serve another page, session or certificate', async () => {
    expect(await spend({ caller: { origin: 'https://portal.example.evil.test' } })).toBe('consent.mismatch')
    expect(await spend({ caller: { sessionId: 'session-of-another' } })).toBe('consent.mismatch')
    expect(await spend({ params: { certificateId: desk.certificateId('ec') } })).toBe('consent.mismatch')
    expect(desk.calls.sign).toBe(0)
  })

  it('P0 10: is used up by a refused attempt', async () => {
    const confirmed = await desk.confirm('pdf.sign', params(), makeCaller())
    const other = { ...confirmed, origin: 'https://elsewhere.example' }
    expect(await codeOf(pdfSign(params(), other, desk.services))).toBe('consent.mismatch')
    expect(await codeOf(pdfSign(params(), confirmed, desk.services))).toBe('consent.expired')
  })
})

describe('P0 11: the PIN', () => {
  it('P0 11: reaches the token once per typing; a wrong one is never tried again by itself', async () => {
    desk.answers('pin 000000', 'pin 111111', `pin ${desk.hsm.pin}`)
    await desk.sign(params())
    expect(desk.calls.sign).toBe(3)
    const asked = desk.conversation().split('GETPIN <- pin')
    expect(asked).toHaveLength(4)
    expect(asked[0]).not.toContain('SETERROR')
    expect(asked[1]).toContain('SETERROR 密码不对，请再输一次')
    expect(asked[2]).toContain('SETERROR 密码不对，请再输一次')
  })

  it('P0 11: is given up after 取消, with no call to the token and a line in the journal', async () => {
    desk.answers('cancel')
    expect(await codeOf(desk.sign(params()))).toBe('token.pin-cancelled')
    expect(desk.calls.sign).toBe(0)
    expect(await lastLine()).toMatchObject({ outcome: 'token.pin-cancelled' })
  })

  it('P0 11: after a wrong one, 取消 ends it with exactly one call to the token', async () => {
    desk.answers('pin 000000', 'cancel')
    expect(await codeOf(desk.sign(params()))).toBe('token.pin-cancelled')
    expect(desk.calls.sign).toBe(1)
  })

  it('P0 11: ten wrong ones end the request', async () => {
    desk.answers(...Array.from({ length: 12 }, (_, n) => `pin 90000${n}`))
    expect(await codeOf(desk.sign(params()))).toBe('token.pin-incorrect')
    expect(desk.calls.sign).toBe(10)
    expect(desk.answersLeft()).toHaveLength(2)
  })
})

describe('a UKey that is pulled out', () => {
  it('while the PIN window is open: nothing is signed, and the journal says why', async () => {
    const other = await openSigningDesk()
    onTestFinished(() => other.close())
    const asked = pdfParams((await other.token()).id, other.certificateId('rsa'), content)
    other.answers(`slow ${other.hsm.pin}`)
    const signing = codeOf(other.sign(asked))
    await vi.waitUntil(() => other.conversation().includes('GETPIN'), { timeout: 5000 })
    // SoftHSM has no plug: taking its directory away is what its users see as a pulled token.
    const tokens = join(other.directory, 'tokens')
    for (const name of readdirSync(tokens)) renameSync(join(tokens, name), join(other.directory, name))
    expect(await signing).toBe('token.removed')
    expect((await other.services.journal.list(1)).entries[0]).toMatchObject({ outcome: 'token.removed' })
  })
})
