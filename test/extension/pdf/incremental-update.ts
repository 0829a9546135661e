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

/** Only for files with a classic table; the last object that contains an edit's text is taken. */
export function appendUpdate(file: Uint8Array, update: Update): Uint8Array {
  const text = Buffer.from(file).toString('latin1')
  const root = /\/Root (\d+ \d+ R)/.exec(text)?.[1]
  const info = /\/Info (\d+ \d+ R)/.exec(text)?.[1]
  const previous = [...text.matchAll(/startxref\s+(\d+)/g)].at(-1)?.[1]
  const objects: [number, string][] = []
  for (const [marker, edit] of Object.entries(update.edits ?? {})) {
    const found = [...text.matchAll(/(\d+) 0 obj\s*(<<[\s\S]*?>>)\s*endobj/g)].filter((match) =>
      match[2]?.replace(/\s+/g, ' ').includes(marker),
    )
    const [, num, body] = found.at(-1) ?? []
    if (!num || !body) throw new Error(`no object with ${marker}`)
    objects.push([Number(num), edit(body)])
  }
  for (const [num, body] of Object.entries(update.added ?? {})) objects.push([Number(num), body])
  let out = text
  const rows: [number, string][] = []
  for (const [num, body] of objects) {
    rows.push([num, `${String(out.length).padStart(10, '0')} 00000 n \n`])
    out += `${num} 0 obj\n${body}\nendobj\n`
  }
  for (const num of update.freed ?? []) rows.push([num, '0000000000 00001 f \n'])
  for (const [num, offset] of Object.entries(update.pointed ?? {})) {
    rows.push([Number(num), `${String(offset).padStart(10, '0')} 00000 n \n`])
  }
  const at = out.length
  const table = rows.map(([num, row]) => `${num} 1\n${row}`).join('')
  const infoKey = info ? `/Info ${info}` : ''
  out += `xref\n${table}trailer\n<< /Size 99 /Root ${root} ${infoKey} /Prev ${previous} ${update.trailer ?? ''} >>\nstartxref\n${at}\n%%EOF\n`
  return Buffer.from(out, 'latin1')
}
