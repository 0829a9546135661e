/** Writes PDF values back; copied numbers and strings keep their bytes. */
import { bytesOf, joinBytes, latin1 } from './bytes.js'
import { isArray, isDict, type PdfValue } from './value.js'

/** Latin-1 text of a value, one character per byte. */
export function serialize(value: PdfValue): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (isArray(value)) return `[${value.map(serialize).join(' ')}]`
  if (isDict(value))
    return `<<${[...value].map(([key, item]) => `${nameToken(key)} ${serialize(item)}`).join('')}>>`
  switch (value.kind) {
    case 'name':
      return nameToken(value.name)
    case 'number':
      return value.raw
    case 'string':
      return latin1(value.raw)
    case 'ref':
      return `${value.num} ${value.gen} R`
  }
}

/** The same text for the same meaning: keys sorted. For comparing revisions. */
export function canonicalText(value: PdfValue): string {
  if (isArray(value)) return `[${value.map(canonicalText).join(' ')}]`
  if (!isDict(value)) return serialize(value)
  const entries = [...value].filter(([, item]) => item !== null).sort(([a], [b]) => (a < b ? -1 : 1))
  return `<<${entries.map(([key, item]) => `${nameToken(key)} ${canonicalText(item)}`).join('')}>>`
}

/** §7.3.5: everything but regular printable characters is written as #xx. */
function nameToken(name: string): string {
  return `/${name.replace(/[^!-~]|[#()<>[\]{}/%]/g, (char) => `#${char.charCodeAt(0).toString(16).padStart(2, '0')}`)}`
}

/** `N G obj … endobj` with an optional stream; `value` gets its /Length from the caller. */
export function indirectBytes(
  num: number,
  gen: number,
  value: PdfValue,
  data?: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const head = `${num} ${gen} obj\n${serialize(value)}\n`
  if (!data) return bytesOf(`${head}endobj\n`)
  return joinBytes([bytesOf(`${head}stream\n`), data, bytesOf('\nendstream\nendobj\n')])
}
