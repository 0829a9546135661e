/** Puts the signed file into the page's upload field and reads back what the page now holds. Presses nothing. */
import { SuoqiaoError } from '@suoqiao/protocol'
import type { SigningDocument } from '../portals/portal'
import { readBytes, sha256Hex } from './read-file'
import { checkFile } from './take-file'

/** A component that uploads at once empties its field; after this long the field is read a last time. */
const SETTLE_MS = 300

export interface PutBack {
  readonly name: string
  readonly size: number
  readonly sha256: string
  /** The field still shows the file; false when the page took it and emptied the field. */
  readonly inField: boolean
}

/** Where a job began; the page must still be there when its file comes back. */
export interface Place {
  readonly href: string
  readonly root: Document
}

export function placeOf(root: Document): Place {
  return { href: root.location.href, root }
}

async function digestOf(file: Blob): Promise<string> {
  return sha256Hex(await readBytes(file))
}

/** Throws page.file-refused unless the field holds exactly this one file. */
async function readBack(input: HTMLInputElement, file: File, digest: string): Promise<void> {
  const held = input.files?.[0]
  const same =
    held !== undefined &&
    input.files?.length === 1 &&
    held.name === file.name &&
    held.size === file.size &&
    (await digestOf(held)) === digest
  if (!same) throw new SuoqiaoError('page.file-refused')
}

/**
 * `find` looks the field up again, because portals redraw. Throws page.changed when the page is another one or the
 * field is gone, pdf.too-large and pdf.not-a-pdf before anything is touched, page.file-refused when it did not take it.
 */
export async function putBack(
  file: File,
  document: SigningDocument,
  place: Place,
  find: () => HTMLInputElement | null,
): Promise<PutBack> {
  await checkFile(file, document)
  const digest = await digestOf(file)
  if (place.root.location.href !== place.href) throw new SuoqiaoError('page.changed')
  const input = find()
  if (!input?.isConnected) throw new SuoqiaoError('page.changed')
  const carrier = new DataTransfer()
  carrier.items.add(file)
  input.files = carrier.files
  await readBack(input, file, digest)
  input.dispatchEvent(new Event('input', { bubbles: true, composed: true }))
  input.dispatchEvent(new Event('change', { bubbles: true }))
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  const inField = input.isConnected && input.files.length === 1
  if (inField) await readBack(input, file, digest)
  return { name: file.name, size: file.size, sha256: digest, inField }
}
