/** Test stand: an attacker's incremental update with a classic table, written by hand. */

export interface Update {
  /** Objects found by a text in them, rewritten. */
  readonly edits?: Record<string, (text: string) => string>
  readonly added?: Record<number, string>
  readonly freed?: readonly number[]
  /** Entries that point to a place of the attacker's choice. */
  readonly pointed?: Record<number, number>
  /** More trailer keys. */
  readonly trailer?: string
}

/** Only for files with a classic table. */
export function appendUpdate(file: Uint8Array, update: Update): Uint8Array {
  const text = Buffer.from(file).toString('latin1')
  const root = /\/Root (\d+ \d+ R)/.exec(text)?.[1]
  const info = /\/Info \d+ \d+ R/.exec(text)?.[0] ?? ''
  const previous = [...text.matchAll(/startxref\s+(\d+)/g)].at(-1)?.[1]
  const edits = Object.entries(update.edits ?? {}).map(([marker, edit]) => editedObject(text, marker, edit))
  let out = text
  let rows = ''
  for (const [num, body] of [...edits, ...Object.entries(update.added ?? {})]) {
    rows += `${num} 1\n${row(out.length, 'n')}`
    out += `${num} 0 obj\n${body}\nendobj\n`
  }
  for (const num of update.freed ?? []) rows += `${num} 1\n0000000000 00001 f \n`
  for (const [num, offset] of Object.entries(update.pointed ?? {})) rows += `${num} 1\n${row(offset, 'n')}`
  const trailer = `/Size 99 /Root ${root} ${info} /Prev ${previous} ${update.trailer ?? ''}`
  const end = `xref\n${rows}trailer\n<< ${trailer} >>\nstartxref\n${out.length}\n%%EOF\n`
  return Buffer.from(out + end, 'latin1')
}

const row = (offset: number, kind: string) => `${String(offset).padStart(10, '0')} 00000 ${kind} \n`

/** The last object that contains the marker, rewritten. */
function editedObject(text: string, marker: string, edit: (text: string) => string): [string, string] {
  const objects = [...text.matchAll(/(\d+) 0 obj\s*(<<(?:(?!endobj)[\s\S])*>>)\s*endobj/g)]
  const found = objects.filter((match) => match[2]?.replace(/\s+/g, ' ').includes(marker)).at(-1)
  if (!found?.[1] || !found[2]) throw new Error(`no object with ${marker}`)
  return [found[1], edit(found[2])]
}
