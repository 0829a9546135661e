// @vitest-environment node
/** Signing as a whole, judged by poppler, openssl and qpdf. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plainPdf, SigningStand } from './signing-stand.js'

let stand: SigningStand
beforeAll(() => {
  stand = new SigningStand()
}, 60_000)
afterAll(() => stand.remove())

describe('signing a file', () => {
  test.each(['rsa', 'ec'] as const)(
    'A signature with a %s key is valid, trusted and covers the whole file',
    async (kind) => {
      const file = await plainPdf()
      const signed = await stand.sign(file, kind)
      expect(Buffer.compare(signed.subarray(0, file.length), file)).toBe(0)
      const [report, ...others] = stand.pdfsig(signed)
      expect(others).toEqual([])
      expect(report).toContain('Signature is Valid')
      expect(report).toContain('Certificate is Trusted')
      expect(report).toContain('Total document signed')
      expect(stand.qpdfCheck(signed)).toBe(0)
    },
  )
})
