/** Tells when a page has changed in a way that may matter to us: late drawing, route changes, frames that load. */
import { documentsOf } from './visibility'

const SETTLE_MS = 150
const ATTRIBUTES = ['href', 'hidden', 'disabled', 'aria-disabled', 'style', 'class', 'accept', 'title']

/** Calls `onChange` once now and after each burst of changes, until the signal aborts. */
export function watchPage(root: Document, onChange: () => void, signal: AbortSignal): void {
  const watched = new Set<Document>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const observer = new MutationObserver(() => later())
  const later = (): void => {
    clearTimeout(timer)
    timer = setTimeout(look, SETTLE_MS)
  }
  const look = (): void => {
    for (const inner of documentsOf(root)) {
      if (watched.has(inner)) continue
      watched.add(inner)
      observer.observe(inner, {
        subtree: true,
        childList: true,
        attributes: true,
        attributeFilter: ATTRIBUTES,
      })
      // `change` bubbles from upload fields, `load` is captured from frames.
      inner.addEventListener('change', later, { signal, capture: true })
      inner.addEventListener('load', later, { signal, capture: true })
    }
    onChange()
  }
  root.defaultView?.addEventListener('hashchange', later, { signal })
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    observer.disconnect()
  })
  look()
}
