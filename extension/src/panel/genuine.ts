/** Tells a real press by the user on a button the user could see from one that a page made up (click-jacking). */

/** `covered`: the press is real, but the page lies over the panel or has made it transparent. */
export type Press = 'genuine' | 'synthetic' | 'covered'

/** Keys give no coordinates; then only the visibility of the panel counts. */
function isOnTop(event: MouseEvent, host: Element): boolean {
  if (event.clientX === 0 && event.clientY === 0) return true
  return host.ownerDocument.elementFromPoint(event.clientX, event.clientY) === host
}

/** The page's own elements above the host could fade or clip it; the host's own style is ours. */
function isFaded(host: Element): boolean {
  for (let at: Element | null = host; at; at = at.parentElement) {
    const style = at.ownerDocument.defaultView?.getComputedStyle(at)
    const opacity = Number.parseFloat(style?.opacity ?? '1')
    if (opacity < 1 || style?.visibility === 'hidden' || isMadeInvisible(style)) return true
  }
  return false
}

/** Other ways to hide what can still be pressed. A grey filter is none: portals wear one on days of mourning. */
function isMadeInvisible(style: CSSStyleDeclaration | undefined): boolean {
  const isSet = (value: string | undefined): boolean =>
    value !== undefined && value !== '' && value !== 'none'
  return isSet(style?.clipPath) || isSet(style?.maskImage) || /opacity\(/.test(style?.filter ?? '')
}

export function judgePress(event: MouseEvent, host: Element): Press {
  if (!event.isTrusted) return 'synthetic'
  return isOnTop(event, host) && !isFaded(host) ? 'genuine' : 'covered'
}
