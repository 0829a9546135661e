/** Says which portal a page belongs to: the origin decides who may be meant, the page's own texts which it is. */
import type { Portal } from '../portals/portal'
import { documentsOf, plainText } from './visibility'

function holdsAny(text: string, wanted: readonly string[] | undefined): boolean {
  return wanted?.some((part) => text.includes(plainText(part))) ?? false
}

/** The first of the portals (all of them allowed at this origin) of which at least one sign holds on the page. */
export function recognise(root: Document, portals: readonly Portal[]): Portal | null {
  if (portals.length === 0) return null
  const { pathname, hash } = root.location
  const title = plainText(root.title)
  const text = documentsOf(root)
    .map((inner) => plainText(inner.body?.textContent))
    .join(' ')
  const fits = ({ recognise: signs }: Portal): boolean =>
    holdsAny(title, signs.titles) ||
    holdsAny(text, signs.menuTexts) ||
    (signs.pathPrefixes?.some((prefix) => pathname.startsWith(prefix)) ?? false) ||
    (signs.hashRoutes?.some((route) => hash.startsWith(route)) ?? false)
  return portals.find(fits) ?? null
}
