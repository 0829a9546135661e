/** Rule R4: compares the signed revision with the file as it is now, object by changed object. */
import { ChangeLog } from './change.js'
import type { DocumentParts } from './document.js'
import { docMdpOf, readDocMdp } from './existing-signatures.js'
import { compareEntries, danglingNumbers } from './revision-entries.js'
import { type Roles, readRoles } from './revision-roles.js'
import { canonicalText } from './serialize.js'
import { asName, isArray, isDict, isRef, type PdfDict, type PdfValue } from './value.js'

interface Comparison {
  readonly before: DocumentParts
  readonly after: DocumentParts
  readonly log: ChangeLog
  readonly roles: Roles
  readonly isLocked: boolean
}

/** `signature` is the dictionary whose revision `before` is. Everything that is not known to be harmless is rejected. */
export async function compareRevisions(
  before: DocumentParts,
  after: DocumentParts,
  signature: PdfDict,
): Promise<ChangeLog> {
  const log = new ChangeLog()
  const { changed, added } = await compareEntries(before.store, after.store, log)
  const roles = await readRoles(before)
  const isLocked = await locksFields(before, signature)
  const comparison: Comparison = { before, after, log, roles, isLocked }
  for (const num of changed) await compareObject(comparison, num)
  if (added.length > 0) {
    const dangling = await danglingNumbers(before.store)
    if (added.some((num) => dangling.has(num))) log.add('prepared-object')
  }
  const own = await docMdpOf(before.store, signature)
  log.applyCertification(own ?? (await readDocMdp(before.store, before.catalog)))
  return log
}

/** A FieldMDP reference (§12.8.2.4) locks fields; which ones is not asked, any later value is rejected. */
async function locksFields({ store }: DocumentParts, signature: PdfDict): Promise<boolean> {
  for (const item of (await store.arrayAt(signature.get('Reference'))) ?? []) {
    const reference = await store.dictAt(item)
    if (asName(await store.resolve(reference?.get('TransformMethod'))) === 'FieldMDP') return true
  }
  return false
}

async function compareObject(comparison: Comparison, num: number): Promise<void> {
  const { before, after, roles, log } = comparison
  const gen = (entry: ReturnType<typeof before.store.xref.entries.get>) =>
    entry?.kind === 'plain' ? entry.gen : 0
  const old = await before.store.load(num, gen(before.store.xref.entries.get(num)))
  const now = await after.store.load(num, gen(after.store.xref.entries.get(num))).catch(() => null)
  if (!old || !now) return log.add('object-unreadable')
  if (num === roles.metadata) return log.add('metadata-changed')
  if (old.dataOffset !== null || now.dataOffset !== null) return log.add('object-changed')
  if (canonicalText(old.value) === canonicalText(now.value)) return
  if (num === roles.info) return log.add('metadata-changed')
  if (roles.validationData.has(num)) return log.add('validation-data-added')
  if (num === roles.formFields) return compareFields(comparison, old.value, now.value)
  if (roles.annotationLists.has(num)) return compareAnnotations(comparison, old.value, now.value)
  if (!isDict(old.value) || !isDict(now.value)) return log.add('object-changed')
  return compareDict(comparison, num, old.value, now.value)
}

async function compareDict(comparison: Comparison, num: number, old: PdfDict, now: PdfDict): Promise<void> {
  const { roles } = comparison
  const keys = changedKeys(old, now)
  if (num === roles.catalog) return compareCatalog(comparison, keys, old, now)
  if (num === roles.form) return compareForm(comparison, keys, old, now)
  if (roles.pages.has(num)) return comparePage(comparison, keys, old, now)
  compareField(comparison, num, keys)
}

function changedKeys(old: PdfDict, now: PdfDict): string[] {
  const text = (value: PdfValue | undefined) => canonicalText(value ?? null)
  return [...new Set([...old.keys(), ...now.keys()])].filter(
    (key) => text(old.get(key)) !== text(now.get(key)),
  )
}

const validationKeys = new Set(['DSS', 'Extensions', 'Version'])

async function compareCatalog(
  comparison: Comparison,
  keys: string[],
  old: PdfDict,
  now: PdfDict,
): Promise<void> {
  const { log, before, after } = comparison
  for (const key of keys) {
    if (validationKeys.has(key)) log.add('validation-data-added')
    else if (key === 'Metadata') log.add('metadata-changed')
    else if (key !== 'AcroForm') log.add('catalog-changed')
  }
  if (!keys.includes('AcroForm')) return
  const oldForm = (await before.store.dictAt(old.get('AcroForm'))) ?? new Map()
  const nowForm = await after.store.dictAt(now.get('AcroForm'))
  if (nowForm) await compareForm(comparison, changedKeys(oldForm, nowForm), oldForm, nowForm)
  else log.add('form-changed')
}

async function compareForm(
  comparison: Comparison,
  keys: string[],
  old: PdfDict,
  now: PdfDict,
): Promise<void> {
  for (const key of keys) {
    if (key === 'Fields') await compareFields(comparison, old.get(key), now.get(key))
    else if (key !== 'SigFlags') comparison.log.add('form-changed')
  }
}

async function comparePage(
  comparison: Comparison,
  keys: string[],
  old: PdfDict,
  now: PdfDict,
): Promise<void> {
  for (const key of keys) {
    if (key === 'Annots') await compareAnnotations(comparison, old.get(key), now.get(key))
    else comparison.log.add('page-changed')
  }
}

/** The references a list gained; null when it lost, reordered or repeated one. */
async function gained(
  { before, after }: Comparison,
  old: PdfValue | undefined,
  now: PdfValue | undefined,
): Promise<PdfValue[] | null> {
  const oldList = ((await before.store.arrayAt(old)) ?? []).map(canonicalText)
  const nowList = (await after.store.arrayAt(now)) ?? []
  const isKept = oldList.every(
    (text, index) => nowList[index] !== undefined && canonicalText(nowList[index]) === text,
  )
  return isKept ? nowList.slice(oldList.length) : null
}

async function compareFields(
  comparison: Comparison,
  old: PdfValue | undefined,
  now: PdfValue | undefined,
): Promise<void> {
  const news = await gained(comparison, old, now)
  if (!news) return comparison.log.add('field-removed')
  for (const ref of news)
    comparison.log.add((await isSigned(comparison, ref)) ? 'signature-added' : 'field-added')
}

async function compareAnnotations(
  comparison: Comparison,
  old: PdfValue | undefined,
  now: PdfValue | undefined,
): Promise<void> {
  const { after, log } = comparison
  const news = await gained(comparison, old, now)
  if (!news) return log.add('annotation-removed')
  for (const ref of news) {
    const dict = await after.store.dictAt(ref)
    const isWidget = asName(await after.store.resolve(dict?.get('Subtype'))) === 'Widget'
    if (!isWidget) log.add('annotation-added')
    else log.add((await isSigned(comparison, ref)) ? 'signature-added' : 'field-added')
  }
}

/** A signature field that really carries a signature, itself or through its parent. */
async function isSigned({ after }: Comparison, ref: PdfValue): Promise<boolean> {
  const { store } = after
  const widget = isRef(ref) ? await store.dictAt(ref) : null
  const field = widget?.has('FT') ? widget : await store.dictAt(widget?.get('Parent'))
  const value = await store.dictAt(field?.get('V'))
  return asName(await store.resolve(field?.get('FT'))) === 'Sig' && isArray(value?.get('ByteRange') ?? null)
}

const signatureKeys = new Set(['V', 'AP', 'F', 'Type', 'Subtype', 'Rect', 'P', 'Lock', 'M', 'MK'])
const valueKeys = new Set(['V', 'AP', 'AS', 'M', 'I'])

/** Filling an empty signature field is signing; a changed value of another field is shown; the rest is rejected. */
function compareField({ log, roles, isLocked }: Comparison, num: number, keys: string[]): void {
  const field = roles.fields.get(num) ?? roles.widgets.get(num)
  if (field?.type === 'Sig' && field.value === undefined && keys.every((key) => signatureKeys.has(key))) {
    log.add('signature-added')
  } else if (field && field.type !== 'Sig' && keys.every((key) => valueKeys.has(key))) {
    log.add(isLocked ? 'form-value-locked' : 'form-value-changed')
  } else log.add('object-changed')
}
