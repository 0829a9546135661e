/** A signature leaves the bridge only when the certificate's key made it. */

import { execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isSignatureOf } from '../../../bridge/src/certificates/verify-signature.js'

let dir: string
const message = Buffer.from('承诺书')
const digest = createHash('sha256').update(message).digest()

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'suoqiao-verify-'))
})
afterAll(async () => {
  await rm(dir, { recursive: true, force: true })
})

function certified(kind: 'rsa' | 'P-256' | 'P-384') {
  const pair =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: kind })
  const key = join(dir, 'key.pem')
  const der = join(dir, 'cert.der')
  writeFileSync(key, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  execFileSync('openssl', ['req', '-x509', '-key', key, '-subj', '/CN=x', '-outform', 'DER', '-out', der])
  const certificate = readFileSync(der)
  return {
    certificate,
    certificateId: createHash('sha256').update(certificate).digest('hex'),
    signature: sign('sha256', message, pair.privateKey),
    algorithm: kind === 'rsa' ? ('RSA-SHA256' as const) : ('ECDSA-SHA256' as const),
  }
}

describe('the check of a signature', () => {
  for (const kind of ['rsa', 'P-256', 'P-384'] as const) {
    it(`accepts a right one of ${kind}, with and without the message`, () => {
      const { certificate, signature, ...claim } = certified(kind)
      expect(isSignatureOf({ ...claim, digest }, { certificate, signature })).toBe(true)
      expect(isSignatureOf({ ...claim, digest, message }, { certificate, signature })).toBe(true)
    })

    it(`refuses any changed bit of it, another digest, and another certificate (${kind})`, () => {
      const { certificate, signature, ...claim } = certified(kind)
      for (let at = 0; at < signature.length; at += 5) {
        const changed = Buffer.from(signature)
        changed[at] = (changed[at] ?? 0) ^ 1
        expect(isSignatureOf({ ...claim, digest }, { certificate, signature: changed })).toBe(false)
        expect(isSignatureOf({ ...claim, digest, message }, { certificate, signature: changed })).toBe(false)
      }
      const other = createHash('sha256').update('另一份').digest()
      expect(isSignatureOf({ ...claim, digest: other }, { certificate, signature })).toBe(false)
      // A message that does not belong to the digest proves nothing.
      expect(isSignatureOf({ ...claim, digest: other, message }, { certificate, signature })).toBe(false)
      const stranger = certified(kind)
      expect(isSignatureOf({ ...claim, digest }, { certificate: stranger.certificate, signature })).toBe(
        false,
      )
      expect(
        isSignatureOf(
          { ...claim, certificateId: stranger.certificateId, digest },
          { certificate: stranger.certificate, signature },
        ),
      ).toBe(false)
    })
  }

  it('refuses a signature of the wrong kind and bytes that are no certificate', () => {
    const { certificate, signature, certificateId } = certified('rsa')
    const claim = { certificateId, digest, algorithm: 'ECDSA-SHA256' } as const
    expect(isSignatureOf(claim, { certificate, signature })).toBe(false)
    const junk = Buffer.from('junk')
    const junkId = createHash('sha256').update(junk).digest('hex')
    expect(isSignatureOf({ ...claim, certificateId: junkId }, { certificate: junk, signature })).toBe(false)
  })
})
