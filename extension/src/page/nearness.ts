/** How near an element stands to a text: the measure by which links and fields are tied to a document's name. */
import { plainText } from './visibility'

/** Levels up from the element to the first ancestor whose text holds `text`; Infinity when none below <body> does. */
export function levelsTo(element: Element, text: string): number {
  const wanted = plainText(text)
  let levels = 0
  for (let at: Element | null = element; at && at.tagName !== 'BODY'; at = at.parentElement) {
    if (namesOf(at).includes(wanted)) return levels
    levels += 1
  }
  return Number.POSITIVE_INFINITY
}

function namesOf(element: Element): string {
  return plainText(
    `${element.textContent} ${element.getAttribute('aria-label')} ${element.getAttribute('title')}`,
  )
}

/** The one element that is nearest by `distance`; null when there is none or two are equally near. */
export function nearest<E>(elements: readonly E[], distance: (element: E) => number): E | null {
  let best: E | null = null
  let bestDistance = Number.POSITIVE_INFINITY
  let isTied = false
  for (const element of elements) {
    const at = distance(element)
    if (at > bestDistance || at === Number.POSITIVE_INFINITY) continue
    isTied = at === bestDistance
    best = element
    bestDistance = at
  }
  return isTied ? null : best
}
