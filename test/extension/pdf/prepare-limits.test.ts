// @vitest-environment node
/** What signing must not do: exceed its room, its time or its memory, or differ between sources. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkCms } from '../../../extension/src/pdf/cms-check.js'
import {
  blobSource,
  bytesSource,
  digestOf,
  insertCms,
  openPdf,
  prepareSignature,
  verifyPdf,
} from '../../../extension/src/pdf/index.js'
import { cpuMs } from './cpu-time.js'
import { bigPdf, defaultRequest, plainPdf, SigningStand, seal } from './signing-stand.js'

let stand: SigningStand
beforeAll(() => {
  stand = new SigningStand()
}, 60_000)
afterAll(() => stand.remove())

describe('limits', () => {
  test('A CMS that does not fit its place is refused before anything is written', async () => {
    const source = bytesSource(await plainPdf())
    const prepared = await prepareSignature(await openPdf(source), { ...defaultRequest, maxCmsBytes: 100 })
    expect(() => insertCms(prepared, new Uint8Array(101))).toThrowError(
      expect.objectContaining({ code: 'pdf.no-room' }),
    )
    expect(insertCms(prepared, new Uint8Array(100).fill(7)).length).toBe(prepared.tail.length)
  })

  test.each([
    ['a page that does not exist', { page: 9 }],
    ['a rectangle without area', { rect: [10, 10, 10, 20] as const }],
    ['a rectangle of no numbers', { rect: [0, 0, Number.NaN, 1] as const }],
    ['a seal whose pixels are missing', { appearance: { ...seal, rgb: new Uint8Array(3) } }],
  ])('The request is refused for %s', async (_, change) => {
    const document = await openPdf(bytesSource(await plainPdf()))
    const refused = prepareSignature(document, { ...defaultRequest, ...change })
    await expect(refused).rejects.toMatchObject({ code: 'request.invalid' })
  })

  test('The same input gives the same tail, from memory and from a Blob', async () => {
    const file = await plainPdf(2, true)
    const one = await prepareSignature(await openPdf(bytesSource(file)), defaultRequest)
    const two = await prepareSignature(
      await openPdf(blobSource(new Blob([Buffer.from(file)]))),
      defaultRequest,
    )
    expect(Buffer.compare(one.tail, two.tail)).toBe(0)
  })

  test('A 50 MB file takes less than 50 ms beside hashing, and is valid', async () => {
    const file = await bigPdf()
    const blob = new Blob([Buffer.from(file)])
    const times: number[] = []
    for (let round = 0; round < 5; round++) {
      const source = blobSource(blob)
      const started = cpuMs()
      await prepareSignature(await openPdf(source), defaultRequest)
      times.push(cpuMs() - started)
    }
    expect(Math.min(...times)).toBeLessThan(50)
    const source = blobSource(blob)
    const prepared = await prepareSignature(await openPdf(source), defaultRequest)
    const before = process.memoryUsage()
    await digestOf(source, prepared)
    const after = process.memoryUsage()
    expect(after.heapUsed - before.heapUsed).toBeLessThan(64 * 1024 * 1024)
    const signed = await stand.sign(file)
    expect(stand.pdfsig(signed)[0]).toContain('Signature is Valid')
    const { signatures } = await verifyPdf(bytesSource(signed), { verifyCms: checkCms })
    expect(signatures[0]).toMatchObject({
      structure: 'ok',
      changedAfter: 'nothing',
      cmsVerdict: { verdict: 'ok' },
    })
  }, 60_000)
})
