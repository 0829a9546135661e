/** What could make the signed document look different elsewhere or later; shown before signing, never silently accepted. */
import type { DocumentParts } from './document.js'
import type { PageLeaf } from './page-tree.js'
import { countUnlistedObjects } from './unlisted-objects.js'
import { asInteger, asName, isArray, isDict, isRef, type PdfDict, type PdfValue } from './value.js'

export type PdfWarningCode =
  | 'javascript'
  | 'open-action'
  | 'additional-actions'
  | 'optional-content'
  | 'annotations'
  | 'hidden-annotations'
  | 'form-fields'
  | 'unembedded-fonts'
  | 'external-content'
  | 'page-parent'
  | 'duplicate-objects'

export interface PdfWarning {
  readonly code: PdfWarningCode
  /** How many, at least. */
  readonly count: number
}

/** Annotations that only lead elsewhere or belong to a form change no page content. */
const harmlessAnnotations = new Set(['Link', 'Widget', 'Popup'])
/** Invisible, Hidden, NoView, ToggleNoView of ISO 32000-1 table 165. */
const hiddenFlags = 1 | 2 | 32 | 256
/** The 14 standard fonts may be absent and look nearly the same everywhere; others may not. */
const standardFont = /^(?:Helvetica|Times|Courier|Symbol|ZapfDingbats)(?:-|$)/

class Tally {
  readonly counts = new Map<PdfWarningCode, number>()
  add(code: PdfWarningCode, count = 1): void {
    if (count > 0) this.counts.set(code, (this.counts.get(code) ?? 0) + count)
  }
}

export async function readWarnings(parts: DocumentParts): Promise<PdfWarning[]> {
  const tally = new Tally()
  await catalogWarnings(parts, tally)
  tally.add('duplicate-objects', await countUnlistedObjects(parts.store))
  tally.add('form-fields', parts.fields.filter((field) => field.type !== 'Sig').length)
  for (const field of parts.fields) if (field.dict.has('AA')) tally.add('additional-actions')
  const seen = new Set<number>()
  for (const leaf of parts.leaves) {
    if (leaf.dict.has('AA')) tally.add('additional-actions')
    if (!leaf.hasRightParent) tally.add('page-parent')
    if (isNew(leaf.dict.get('Annots'), seen)) await annotationWarnings(parts, leaf, tally)
    await resourceWarnings(parts, leaf, seen, tally)
  }
  return [...tally.counts].map(([code, count]) => ({ code, count }))
}

async function catalogWarnings({ store, catalog }: DocumentParts, tally: Tally): Promise<void> {
  const names = await store.dictAt(catalog.get('Names'))
  if (await store.dictAt(names?.get('JavaScript'))) tally.add('javascript')
  const open = await store.resolve(catalog.get('OpenAction'))
  if (isDict(open)) await actionWarnings({ store }, open, tally, 'open-action')
  if (catalog.has('AA')) tally.add('additional-actions')
  if (await store.dictAt(catalog.get('OCProperties'))) tally.add('optional-content')
}

/** A jump to a page is no risk; anything else an action does is. */
async function actionWarnings(
  { store }: Pick<DocumentParts, 'store'>,
  action: PdfDict,
  tally: Tally,
  code: PdfWarningCode,
): Promise<void> {
  const kind = asName(await store.resolve(action.get('S')))
  if (kind === 'JavaScript') tally.add('javascript')
  if (kind !== 'GoTo' && kind !== 'URI') tally.add(code)
}

async function annotationWarnings(parts: DocumentParts, leaf: PageLeaf, tally: Tally): Promise<void> {
  const { store } = parts
  for (const item of (await store.arrayAt(leaf.dict.get('Annots'))) ?? []) {
    const annotation = await store.dictAt(item)
    if (annotation) await oneAnnotation(parts, annotation, tally)
  }
}

async function oneAnnotation({ store }: DocumentParts, annotation: PdfDict, tally: Tally): Promise<void> {
  const kind = asName(await store.resolve(annotation.get('Subtype'))) ?? ''
  if (!harmlessAnnotations.has(kind)) tally.add('annotations')
  const flags = asInteger(await store.resolve(annotation.get('F'))) ?? 0
  if ((flags & hiddenFlags) !== 0 && kind !== 'Popup') tally.add('hidden-annotations')
  const action = await store.dictAt(annotation.get('A'))
  if (action) await actionWarnings({ store }, action, tally, 'additional-actions')
  if (kind === 'Widget' && annotation.has('AA')) tally.add('additional-actions')
}

async function resourceWarnings(
  parts: DocumentParts,
  leaf: PageLeaf,
  seen: Set<number>,
  tally: Tally,
): Promise<void> {
  const { store } = parts
  if (!isNew(leaf.resources, seen)) return
  const resources = await store.dictAt(leaf.resources)
  const fonts = await store.dictAt(resources?.get('Font'))
  store.budget.spendSteps(fonts?.size ?? 0)
  for (const font of fonts?.values() ?? []) {
    if (isNew(font, seen) && !(await isEmbedded(parts, font))) tally.add('unembedded-fonts')
  }
  await externalWarnings(parts, resources, seen, tally)
}

/** Pages share fonts, resources and lists: each object is looked at once. Direct values are always new. */
function isNew(value: PdfValue | undefined, seen: Set<number>): boolean {
  if (!isRef(value)) return true
  const isFirst = !seen.has(value.num)
  seen.add(value.num)
  return isFirst
}

async function isEmbedded({ store }: DocumentParts, value: PdfValue): Promise<boolean> {
  const font = await store.dictAt(value)
  if (!font || asName(await store.resolve(font.get('Subtype'))) === 'Type3') return true
  const descendants = await store.arrayAt(font.get('DescendantFonts'))
  const leafFont = isArray(descendants) ? await store.dictAt(descendants[0]) : font
  const descriptor = await store.dictAt(leafFont?.get('FontDescriptor'))
  if (!descriptor) return standardFont.test(asName(await store.resolve(font.get('BaseFont'))) ?? '')
  return ['FontFile', 'FontFile2', 'FontFile3'].some((key) => descriptor.has(key))
}

/** Images and forms whose data stand outside the file (/F in a stream dictionary, §7.3.8.2). */
async function externalWarnings(
  { store }: DocumentParts,
  resources: PdfDict | null,
  seen: Set<number>,
  tally: Tally,
): Promise<void> {
  const objects = await store.dictAt(resources?.get('XObject'))
  store.budget.spendSteps(objects?.size ?? 0)
  for (const item of objects?.values() ?? []) {
    if (!isNew(item, seen)) continue
    const dict = await store.dictAt(item)
    if (dict?.has('F') || dict?.has('OPI')) tally.add('external-content')
    if (dict?.has('OC')) tally.add('optional-content')
  }
}
