/** Test stand: small PDFs with a classic table, written by hand so that each can have its own fault. */

/** A catalog, a tree node and one page; spread it and replace what the test is about. */
export function pageTree(): Record<number, string> {
  return {
    1: '<< /Type /Catalog /Pages 2 0 R >>',
    2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>',
  }
}

export function classicPdf(objects: Record<number, string>, options: { prevToSelf?: boolean } = {}): Uint8Array {
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
