/** Which part an object of the signed revision plays, so that a change to it can be judged. */
import type { DocumentParts } from './document.js'
import type { FormField } from './form-fields.js'
import type { ObjectStore } from './object-store.js'
import { isArray, isDict, isRef, type PdfValue } from './value.js'

export interface Roles {
  readonly catalog: number
  readonly form: number | null
  readonly formFields: number | null
  readonly info: number | null
  readonly metadata: number | null
  readonly pages: ReadonlySet<number>
  readonly annotationLists: ReadonlySet<number>
  readonly fields: ReadonlyMap<number, FormField>
  /** Widgets of non-signature fields that are separate from their field. */
  readonly widgets: ReadonlyMap<number, FormField>
  readonly validationData: ReadonlySet<number>
}

const numOf = (value: PdfValue | undefined) => (isRef(value) ? value.num : null)

export async function readRoles(parts: DocumentParts): Promise<Roles> {
  const { store, catalog, form, fields, leaves } = parts
  const widgets = new Map<number, FormField>()
  for (const field of fields) {
    for (const kid of (await store.arrayAt(field.dict.get('Kids'))) ?? []) {
      if (isRef(kid)) widgets.set(kid.num, field)
    }
  }
  const lists = leaves.map((leaf) => numOf(leaf.dict.get('Annots'))).filter((num) => num !== null)
  return {
    catalog: store.xref.root.num,
    form: numOf(catalog.get('AcroForm')),
    formFields: numOf(form?.get('Fields')),
    info: numOf(store.xref.trailer.get('Info')),
    metadata: numOf(catalog.get('Metadata')),
    pages: new Set(leaves.map((leaf) => leaf.ref.num)),
    annotationLists: new Set(lists),
    fields: new Map(fields.map((field) => [field.ref.num, field])),
    widgets,
    validationData: await validationNumbers(store, catalog.get('DSS')),
  }
}

/** The DSS and its lists (PAdES, ETSI EN 319 142-1 §5.4.2): dictionaries and arrays three levels down, no streams. */
async function validationNumbers(store: ObjectStore, dss: PdfValue | undefined): Promise<Set<number>> {
  const numbers = new Set<number>()
  let level: readonly PdfValue[] = dss === undefined ? [] : [dss]
  for (let depth = 0; depth <= 3 && level.length > 0; depth++) {
    const below: PdfValue[] = []
    for (const value of level) below.push(...(await validationMembers(store, value, numbers)))
    level = below
  }
  return numbers
}

/** Notes the object's number and returns what stands inside. */
async function validationMembers(
  store: ObjectStore,
  value: PdfValue,
  numbers: Set<number>,
): Promise<Iterable<PdfValue>> {
  if (!isRef(value)) return membersOf(value)
  const object = await store.load(value.num, value.gen)
  if (!object || object.dataOffset !== null || numbers.has(value.num)) return []
  numbers.add(value.num)
  return membersOf(object.value)
}

function membersOf(value: PdfValue): Iterable<PdfValue> {
  if (isArray(value)) return value
  return isDict(value) ? value.values() : []
}
