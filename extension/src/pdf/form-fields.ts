/** Walks the interactive form (ISO 32000-1 §12.7.3) with inherited type and value. */
import { maxDepth } from './limits.js'
import type { ObjectStore } from './object-store.js'
import { refusal } from './refusal.js'
import { readText } from './text-string.js'
import { asName, isDict, isRef, type PdfDict, type PdfRef, type PdfValue } from './value.js'

export interface FormField {
  readonly ref: PdfRef
  readonly dict: PdfDict
  /** Partial names joined with dots. */
  readonly name: string
  /** Tx, Btn, Ch, Sig or undefined. */
  readonly type: string | undefined
  /** /V, inherited; undefined when empty. */
  readonly value: PdfValue | undefined
}

interface Above {
  readonly name: string
  readonly type: string | undefined
  readonly value: PdfValue | undefined
}

/** Terminal fields only. Throws `pdf.too-complex` for circular or too deep trees. */
export async function readFields(store: ObjectStore, form: PdfDict | null): Promise<FormField[]> {
  const fields: FormField[] = []
  const seen = new Set<number>()
  const visit = async (ref: PdfValue, above: Above, depth: number): Promise<void> => {
    if (!isRef(ref)) throw refusal('pdf.damaged', 'field')
    if (depth > maxDepth || seen.has(ref.num)) throw refusal('pdf.too-complex', 'field-tree')
    seen.add(ref.num)
    const dict = (await store.load(ref.num, ref.gen))?.value
    if (!isDict(dict)) return
    const own = await inherit(store, dict, above)
    const kids = (await store.arrayAt(dict.get('Kids'))) ?? []
    const fieldKids = await namedKids(store, kids)
    if (fieldKids.length === 0) fields.push({ ref, dict, ...own })
    for (const kid of fieldKids) await visit(kid, own, depth + 1)
  }
  const top = (await store.arrayAt(form?.get('Fields'))) ?? []
  for (const ref of top) await visit(ref, { name: '', type: undefined, value: undefined }, 0)
  return fields
}

async function inherit(store: ObjectStore, dict: PdfDict, above: Above): Promise<Above> {
  const partial = readText(await store.resolve(dict.get('T')))
  const value = dict.get('V')
  return {
    name: [above.name, partial].filter((part) => part).join('.'),
    type: asName(await store.resolve(dict.get('FT'))) ?? above.type,
    value: value === undefined || value === null ? above.value : value,
  }
}

/** Kids without /T are the widgets of their parent, not fields (§12.7.3.1). */
async function namedKids(store: ObjectStore, kids: readonly PdfValue[]): Promise<PdfValue[]> {
  const named: PdfValue[] = []
  for (const kid of kids) {
    const dict = await store.dictAt(kid)
    if (dict?.has('T')) named.push(kid)
  }
  return named
}
