/** Gets the PDF to sign: from the page's own download, from its upload field, or from the user's choice; checks it first. */
import { SuoqiaoError } from '@suoqiao/protocol'
import type { SigningDocument } from '../portals/portal'
import { readBytes } from './read-file'

/** ISO 32000-1 §7.5.2 with the usual latitude: the header stands within the first 1024 bytes. */
const HEADER_WITHIN_BYTES = 1024

/** Throws pdf.not-a-pdf or pdf.too-large; `limitBytes` itself is already too large. */
export async function checkFile(file: Blob, document: SigningDocument): Promise<void> {
  if (file.size === 0) throw new SuoqiaoError('pdf.not-a-pdf')
  if (file.size >= document.limitBytes)
    throw new SuoqiaoError('pdf.too-large', { limitBytes: document.limitBytes })
  const head = await readBytes(file.slice(0, HEADER_WITHIN_BYTES))
  const text = Array.from(head, (byte) => String.fromCharCode(byte)).join('')
  if (!text.includes('%PDF-')) throw new SuoqiaoError('pdf.not-a-pdf')
}

/** RFC 6266: `filename*` in UTF-8 goes before `filename`. */
export function nameFromHeader(header: string | null): string | null {
  const extended = /filename\*\s*=\s*UTF-8''([^;]+)/i.exec(header ?? '')?.[1]
  if (extended) {
    try {
      return decodeURIComponent(extended.trim())
    } catch {
      return null
    }
  }
  return /filename\s*=\s*"?([^";]+)"?/i.exec(header ?? '')?.[1]?.trim() ?? null
}

/** A name without folders and control characters that ends in .pdf. */
function safeName(name: string | null, document: SigningDocument): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  const plain = (name ?? '').replace(/[\u0000-\u001f\\/:*?"<>|]+/g, '_').slice(-120)
  if (plain === '') return `${document.name}.pdf`
  return /\.pdf$/i.test(plain) ? plain : `${plain}.pdf`
}

/** Fetches what the page's own link points at, as the page itself would. Throws pdf.* and page.changed. */
export async function fetchDownload(href: string, document: SigningDocument): Promise<File> {
  let response: Response
  try {
    response = await fetch(href, { credentials: 'include', cache: 'no-store' })
  } catch (cause) {
    throw new SuoqiaoError('page.changed', { reason: 'download' }, { cause })
  }
  if (!response.ok) throw new SuoqiaoError('page.changed', { reason: 'download', status: response.status })
  if (Number(response.headers.get('content-length') ?? 0) >= document.limitBytes) {
    throw new SuoqiaoError('pdf.too-large', { limitBytes: document.limitBytes })
  }
  const blob = await response.blob()
  await checkFile(blob, document)
  const name = safeName(nameFromHeader(response.headers.get('content-disposition')), document)
  return new File([blob], name, { type: document.accept })
}
