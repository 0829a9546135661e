/** What the user can see of a page, and the texts as the user reads them. */

/** All whitespace removed and full-width brackets and colons made plain, so that typed and printed texts compare equal. */
export function plainText(text: string | null | undefined): string {
  return (text ?? '').replace(/\s+/g, '').replaceAll('：', ':').replaceAll('（', '(').replaceAll('）', ')')
}

/** False for an element that is not drawn, or inside one that is not. */
export function isShown(element: Element): boolean {
  const view = element.ownerDocument.defaultView
  for (let at: Element | null = element; at; at = at.parentElement) {
    if (at.hasAttribute('hidden')) return false
    const style = view?.getComputedStyle(at)
    if (style?.display === 'none' || style?.visibility === 'hidden') return false
  }
  return true
}

/** The page and its frames of the same origin, outermost first. Frames of other origins are not ours to read. */
export function documentsOf(root: Document): Document[] {
  const found = [root]
  for (const frame of root.querySelectorAll('iframe, frame')) {
    const inner = innerDocument(frame as HTMLIFrameElement)
    if (inner) found.push(...documentsOf(inner))
  }
  return found
}

/** A sandboxed frame has an opaque origin: the browser gives no document, or throws. */
function innerDocument(frame: HTMLIFrameElement): Document | null {
  try {
    const inner = frame.contentDocument
    return inner?.body ? inner : null
  } catch {
    return null
  }
}
