/** Finds, on a portal's page, where a document is downloaded and where it is uploaded again. Presses nothing. */
import type { Portal, SigningDocument } from '../portals/portal'
import { levelsTo, nearest } from './nearness'
import { documentsOf, isShown, plainText } from './visibility'

export interface PageDocument {
  readonly document: SigningDocument
  /** The page offers the download; `href` is null while the portal has not released it (e.g. before the user's tick). */
  readonly download: { readonly href: string | null } | null
  readonly upload: HTMLInputElement | null
}

/** A link or button whose own text is one of the texts; longer texts with it inside are other buttons. */
function isDownload(element: Element, document: SigningDocument): boolean {
  const text = plainText(element.textContent) || plainText(element.getAttribute('title'))
  return document.downloadTexts.some((wanted) => {
    const plain = plainText(wanted)
    return (
      text === plain || text === plainText(document.name) + plain || text === plain + plainText(document.name)
    )
  })
}

/** Only what the page's own origin serves: anything else is not fetched with the user's cookies. */
function sameOriginHref(element: Element): string | null {
  const href = element.getAttribute('href')
  if (!href || element.getAttribute('aria-disabled') === 'true') return null
  try {
    const { baseURI, location } = element.ownerDocument
    const url = new URL(href, baseURI)
    return url.origin === location.origin && /^(https?|blob):$/.test(url.protocol) ? url.href : null
  } catch {
    return null
  }
}

function findDownload(roots: readonly Document[], document: SigningDocument): PageDocument['download'] {
  const candidates = roots
    .flatMap((root) => [...root.querySelectorAll('a, button, [role="button"]')])
    .filter((element) => isDownload(element, document) && isShown(element))
  const named = nearest(candidates, (element) => levelsTo(element, document.name))
  const found = named ?? (candidates.length === 1 ? candidates[0] : undefined)
  return found ? { href: sameOriginHref(found) } : null
}

/** A file input may itself be hidden behind a styled button; what holds it must be visible. */
function isUsable(input: HTMLInputElement): boolean {
  const holder = input.parentElement
  return !input.disabled && !input.readOnly && holder !== null && isShown(holder) && takesPdf(input)
}

function takesPdf(input: HTMLInputElement): boolean {
  const accept = input.accept.toLowerCase()
  return accept === '' || /pdf|\*\/\*|application\/\*/.test(accept)
}

/** Texts of labels that name the input: `<label for>`, a surrounding label, aria-labelledby. */
function labelText(input: HTMLInputElement): string {
  const labelled = (input.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean)
  const texts = [
    input.getAttribute('aria-label'),
    ...[...(input.labels ?? [])].map((label) => label.textContent),
    ...labelled.map((id) => input.ownerDocument.getElementById(id)?.textContent),
  ]
  return plainText(texts.join(' '))
}

/** Farther away than this, a text and a field have nothing to do with each other. */
const FARTHEST_LEVELS = 8

/** 0 when a label names it; then the levels up to the nearest such text. */
function distance(input: HTMLInputElement, label: string): number {
  if (labelText(input).includes(plainText(label))) return 0
  const levels = levelsTo(input, label)
  return levels <= FARTHEST_LEVELS ? levels : Number.POSITIVE_INFINITY
}

/** The first label that is anywhere near a field decides: “上传附件” stands beside many, the document's name beside one. */
function findUpload(roots: readonly Document[], document: SigningDocument): HTMLInputElement | null {
  const inputs = roots
    .flatMap((root) => [...root.querySelectorAll<HTMLInputElement>('input[type="file"]')])
    .filter(isUsable)
  const label = document.uploadLabels.find((wanted) =>
    inputs.some((input) => Number.isFinite(distance(input, wanted))),
  )
  return label === undefined ? null : nearest(inputs, (input) => distance(input, label))
}

/** The documents of this portal that the page shows now: something to download or somewhere to upload. */
export function findDocuments(root: Document, portal: Portal): PageDocument[] {
  const roots = documentsOf(root)
  return portal.signing
    .map((document) => ({
      document,
      download: findDownload(roots, document),
      upload: findUpload(roots, document),
    }))
    .filter(({ download, upload }) => download !== null || upload !== null)
}
