/** Test stand: small PDFs with a classic table, written by hand so that each can have its own fault. */

/** A catalog, a tree node and one page; spread it and replace what the test is about. */
export function pageTree(): Record<number, string> {
  return {
    1: '<< /Type /Catalog /Pages 2 0 R >>',
    2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>',
  }
}

export function classicPdf(
  objects: Record<number, string>,
  options: { prevToSelf?: boolean } = {},
): Uint8Array {
  let out = '%PDF-1.6\n'
  let rows = '0 1\n0000000000 65535 f \n'
  for (const [num, body] of Object.entries(objects)) {
    rows += `${num} 1\n${String(out.length).padStart(10, '0')} 00000 n \n`
    out += `${num} 0 obj\n${body}\nendobj\n`
  }
  const size = Math.max(...Object.keys(objects).map(Number)) + 1
  const prev = options.prevToSelf ? `/Prev ${out.length}` : ''
  const end = `xref\n${rows}trailer\n<< /Size ${size} /Root 1 0 R ${prev} >>\nstartxref\n${out.length}\n%%EOF\n`
  return Buffer.from(out + end, 'latin1')
}

/** ISO 32000-1 §7.5.8.4: the table calls object 4 free, the stream behind /XRefStm says where it is. */
export function hybridPdf(): Uint8Array {
  let out = '%PDF-1.5\n'
  const offsets: number[] = []
  const put = (num: number, body: string) => {
    offsets[num] = out.length
    out += `${num} 0 obj\n${body}\nendobj\n`
  }
  put(1, '<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>')
  put(2, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>')
  put(3, '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>')
  const packed = '4 0 << /Fields [] /DA (/Helv 0 Tf) >>'
  put(5, `<< /Type /ObjStm /N 1 /First 4 /Length ${packed.length} >>\nstream\n${packed}\nendstream`)
  const rows = Buffer.from([2, 0, 0, 5, 0, 1, 0, ((offsets[5] ?? 0) >> 8) & 255, (offsets[5] ?? 0) & 255, 0])
  put(
    6,
    `<< /Type /XRef /Size 7 /W [1 3 1] /Index [4 2] /Root 1 0 R /Length 10 >>\nstream\n${rows.toString('latin1')}\nendstream`,
  )
  const row = (num: number) => `${String(offsets[num] ?? 0).padStart(10, '0')} 00000 n \n`
  const free = '0000000000 65535 f \n'
  const table = `0 7\n${free}${row(1)}${row(2)}${row(3)}${free}${free}${row(6)}`
  const end = `xref\n${table}trailer\n<< /Size 7 /Root 1 0 R /XRefStm ${offsets[6]} >>\nstartxref\n${out.length}\n%%EOF\n`
  return Buffer.from(out + end, 'latin1')
}
