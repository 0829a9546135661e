/** token.signDigest on a real PKCS#11 token: the signature a portal's login challenge gets. */
import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto'
import type { Params } from '@suoqiao/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { tokenSignDigest } from '../../../bridge/src/handlers/token.sign-digest.js'
import { makeCaller } from '../../stands/caller.js'
import { codeOf, openSigningDesk, PORTAL, type SigningDesk, sha256 } from '../../stands/signing-desk.js'

const challenge = Buffer.from('portal challenge 20261121')
let desk: SigningDesk
let tokenId: string

beforeAll(async () => {
  desk = await openSigningDesk()
  tokenId = (await desk.token()).id
})
afterAll(() => desk?.close())
beforeEach(() => {
  desk.answers(`pin ${desk.hsm.pin}`)
  desk.calls.sign = 0
})

function params(kind: 'rsa' | 'ec', algorithm: 'RSA-SHA256' | 'ECDSA-SHA256'): Params<'token.signDigest'> {
  const certificateId = desk.certificateId(kind)
  return { tokenId, certificateId, digest: sha256(challenge), algorithm, purpose: 'portal-login' }
}

describe('signing a login challenge', () => {
  it.each([
    ['rsa', 'RSA-SHA256'],
    ['ec', 'ECDSA-SHA256'],
  ] as const)('gives a signature of the %s key that verifies', async (kind, algorithm) => {
    const asked = params(kind, algorithm)
    const caller = await desk.confirm('token.signDigest', asked)
    const { signature, certificate } = await tokenSignDigest(asked, caller, desk.services)
    const key = createPublicKey(
      new X509Certificate(Buffer.from(certificate, 'base64')).publicKey.export({
        type: 'spki',
        format: 'pem',
      }),
    )
    expect(verify('sha256', challenge, key, Buffer.from(signature, 'base64'))).toBe(true)
    expect(createHash('sha256').update(Buffer.from(certificate, 'base64')).digest('hex')).toBe(
      asked.certificateId,
    )
  })

  it('names the portal in the PIN window and writes the use into the journal', async () => {
    const asked = params('rsa', 'RSA-SHA256')
    await tokenSignDigest(asked, await desk.confirm('token.signDigest', asked), desk.services)
    expect(desk.conversation()).toContain(`登录 ${PORTAL}`)
    const { entries } = await desk.services.journal.list(1)
    expect(entries[0]).toMatchObject({ method: 'token.signDigest', digest: asked.digest, outcome: 'ok' })
  })

  it('refuses an algorithm the key is not made for, before the PIN', async () => {
    const asked = params('rsa', 'ECDSA-SHA256')
    const caller = await desk.confirm('token.signDigest', asked)
    expect(await codeOf(tokenSignDigest(asked, caller, desk.services))).toBe('provider.mechanism-unsupported')
    expect(desk.answersLeft()).toHaveLength(1)
  })

  it('P0 10: takes neither no consent nor the consent of another method', async () => {
    const asked = params('rsa', 'RSA-SHA256')
    expect(await codeOf(tokenSignDigest(asked, makeCaller(), desk.services))).toBe('consent.required')
    const forPdf = await desk.confirm('pdf.sign', asked)
    expect(await codeOf(tokenSignDigest(asked, forPdf, desk.services))).toBe('consent.mismatch')
    expect(desk.calls.sign).toBe(0)
  })
})
