// @vitest-environment node
/** Verification: our own files stand, later signatures are allowed, every manipulation is told. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkCms } from '../../../extension/src/pdf/cms-check.js'
import { bytesSource, verifyPdf } from '../../../extension/src/pdf/index.js'
import { appendUpdate } from './incremental-update.js'
import { plainPdf, SigningStand } from './signing-stand.js'

let stand: SigningStand
let signed: Uint8Array
beforeAll(async () => {
  stand = new SigningStand()
  signed = await stand.sign(await plainPdf())
}, 60_000)
afterAll(() => stand.remove())

const verify = (bytes: Uint8Array) => verifyPdf(bytesSource(bytes), { verifyCms: checkCms })

/** ok, or the first thing that is wrong, for the first signature. */
async function judge(bytes: Uint8Array): Promise<string> {
  try {
    const [signature] = (await verify(bytes)).signatures
    if (!signature) return 'no-signature'
    if (signature.structure !== 'ok') return signature.structure
    if (signature.cmsVerdict?.verdict !== 'ok') return `cms ${signature.cmsVerdict?.verdict}`
    return signature.changedAfter === 'nothing'
      ? 'ok'
      : `${signature.changedAfter} ${signature.changes.join(' ')}`
  } catch (thrown) {
    return `refused ${(thrown as { code: string }).code}`
  }
}

describe('a file we signed', () => {
  test.each(['rsa', 'ec'] as const)('The %s signature is found good by us and by openssl', async (kind) => {
    const file = await stand.sign(await plainPdf(2), kind)
    const { signatures } = await verify(file)
    expect(signatures).toHaveLength(1)
    const [signature] = signatures
    expect(signature).toMatchObject({
      fieldName: '签章',
      coversWholeFile: true,
      structure: 'ok',
      changedAfter: 'nothing',
      cmsVerdict: { verdict: 'ok' },
    })
    expect(stand.opensslVerifies(file, signature?.byteRange ?? [], signature?.cms ?? new Uint8Array())).toBe(
      true,
    )
  })

  test('Five signatures one after another all stay good, for us and for pdfsig', async () => {
    let file = await plainPdf(3, true)
    for (let round = 1; round <= 5; round++) {
      const before = file
      file = await stand.sign(file, round % 2 ? 'rsa' : 'ec', { page: round % 3 })
      expect(Buffer.compare(file.subarray(0, before.length), before)).toBe(0)
    }
    const { signatures } = await verify(file)
    expect(signatures.map(({ fieldName }) => fieldName)).toEqual([
      '签章',
      '签章_2',
      '签章_3',
      '签章_4',
      '签章_5',
    ])
    expect(signatures.map(({ changedAfter }) => changedAfter)).toEqual([
      ...Array(4).fill('allowed'),
      'nothing',
    ])
    for (const signature of signatures) {
      expect(signature).toMatchObject({ structure: 'ok', cmsVerdict: { verdict: 'ok' } })
      expect(stand.opensslVerifies(file, signature.byteRange, signature.cms)).toBe(true)
    }
    const reports = stand.pdfsig(file)
    expect(reports).toHaveLength(5)
    for (const report of reports) expect(report).toContain('Signature is Valid')
    expect(stand.qpdfCheck(file)).toBe(0)
  })
})

describe('a file changed after signing', () => {
  test('Every single changed byte in the signed range is noticed', async () => {
    expect(await judge(signed)).toBe('ok')
    const good = (await verify(signed)).signatures[0]
    const [, before = 0, after = 0] = good?.byteRange ?? []
    // The signature covers the digest, so another digest is enough; the CMS itself is the next test.
    const isNoticed = async (bytes: Uint8Array) => {
      const result = await verifyPdf(bytesSource(bytes)).catch(() => ({ signatures: [] }))
      const [found] = result.signatures
      return (
        found?.structure !== 'ok' ||
        Buffer.compare(found.digest ?? Buffer.alloc(0), good?.digest ?? Buffer.alloc(0)) !== 0
      )
    }
    const unnoticed: number[] = []
    for (let position = 0; position < signed.length; position++) {
      if (position > before && position < after - 1) continue
      const flipped = signed.slice()
      flipped[position] = (flipped[position] ?? 0) ^ (1 << (position % 8))
      if (!(await isNoticed(flipped))) unnoticed.push(position)
    }
    expect(unnoticed).toEqual([])
  }, 60_000)

  test('A changed digit of the CMS or of its zero padding is noticed', async () => {
    const [signature] = (await verify(signed)).signatures
    const [, before = 0, after = 0] = signature?.byteRange ?? []
    const cmsEnd = before + 1 + (signature?.cms.length ?? 0) * 2
    // All of the outer headers, every third digit of the CMS, some of the padding.
    const positions = Array.from({ length: after - before - 2 }, (_, index) => before + 1 + index).filter(
      (position, index) => index < 200 || index % (position < cmsEnd ? 3 : 97) === 0,
    )
    const unnoticed: number[] = []
    for (const position of positions) {
      const flipped = signed.slice()
      flipped[position] = flipped[position] === 49 ? 50 : 49
      if ((await judge(flipped)) === 'ok') unnoticed.push(position - before)
    }
    expect(unnoticed).toEqual([])
  }, 60_000)

  test.each([
    [
      'the page shows other content',
      { '/Type /Page': (text: string) => text.replace(/\/Contents [^/>]*/, '/Contents 90 0 R ') },
      'rejected page-changed',
    ],
    [
      'the page turns',
      { '/Type /Page': (text: string) => text.replace('/MediaBox', '/Rotate 90 /MediaBox') },
      'rejected page-changed',
    ],
    [
      'the catalog opens with an action',
      {
        '/Type /Catalog': (text: string) =>
          text.replace('<<', '<< /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>'),
      },
      'rejected catalog-changed',
    ],
    [
      'the producer changes',
      { '/Producer': (text: string) => text.replace('<<', '<< /Subject (x)') },
      'info metadata-changed',
    ],
  ])('It is told when %s', async (_, edits, expected) => {
    expect(await judge(appendUpdate(signed, { edits }))).toBe(expected)
  })

  test('It is told when a note is laid over the page', async () => {
    const note = '<< /Type /Annot /Subtype /FreeText /Rect [0 0 400 400] /Contents (other) /DA (/F 12 Tf) >>'
    const edits = {
      '/Type /Page': (text: string) =>
        text.replace(/\/Annots \[/, '/Annots [').replace(/(\/Annots\s*\[[^\]]*)\]/, '$1 90 0 R]'),
    }
    expect(await judge(appendUpdate(signed, { edits, added: { 90: note } }))).toBe('info annotation-added')
  })

  test('It is told when an object is freed, hidden behind the signed bytes, or given to a prepared reference', async () => {
    expect(await judge(appendUpdate(signed, { freed: [4] }))).toMatch(/^(rejected .*object-removed|refused)/)
    expect(await judge(appendUpdate(signed, { pointed: { 90: 20 } }))).toMatch(/rejected .*entry-into-signed/)
    expect(await judge(appendUpdate(signed, { trailer: '/Extra true' }))).toMatch(/rejected .*trailer-key/)
  })

  test('Bytes hung on behind the end are refused', async () => {
    expect(await judge(Buffer.concat([signed, Buffer.from('<html>')]))).toBe('refused pdf.damaged')
  })

  test('An update that changes nothing is allowed', async () => {
    expect(await judge(appendUpdate(signed, { added: { 90: '(nothing refers to me)' } }))).toBe('ok')
  })
})

describe('a signature that covers something else than it says', () => {
  const withRange = (change: (range: number[]) => number[]) => {
    const text = Buffer.from(signed).toString('latin1')
    const match = /\/ByteRange \[([\d ]+)\]/.exec(text)
    if (!match?.[1]) throw new Error('no ByteRange')
    const range = change(match[1].trim().split(/\s+/).map(Number)).join(' ').padEnd(match[1].length)
    return Buffer.from(text.replace(match[0], `/ByteRange [${range}]`), 'latin1')
  }

  test.each([
    ['starts later', (r: number[]) => [5, ...r.slice(1)], 'byte-range-start'],
    ['ends earlier', (r: number[]) => [...r.slice(0, 3), (r[3] ?? 0) - 20], 'end-not-revision'],
    ['ends outside', (r: number[]) => [...r.slice(0, 3), (r[3] ?? 0) + 20], 'byte-range-outside'],
    ['has a wider hole', (r: number[]) => [0, (r[1] ?? 0) - 10, r[2] ?? 0, r[3] ?? 0], 'gap-not-contents'],
    ['has no hole', (r: number[]) => [0, r[2] ?? 0, r[2] ?? 0, r[3] ?? 0], 'byte-range-outside'],
    ['has two numbers', (r: number[]) => [0, r[1] ?? 0], 'byte-range-shape'],
  ])('A range that %s is named', async (_, change, expected) => {
    expect(await judge(withRange(change))).toBe(expected)
  })
})
