/** Decides from the browser's `sender` alone who speaks: a page of ours, a portal's content script, or nobody we serve. */
import type { Portal } from '../portals/portal'

/** The facts of runtime.MessageSender that are used. Nothing here was written by the speaker. */
export interface SenderFacts {
  readonly id?: string | undefined
  readonly url?: string | undefined
  readonly origin?: string | undefined
  readonly frameId?: number | undefined
  readonly tab?: { readonly id?: number | undefined; readonly url?: string | undefined } | undefined
}

export interface Self {
  readonly id: string
  /** e.g. chrome-extension://<id>, without a slash at the end. */
  readonly origin: string
}

export interface PortalSpeaker {
  readonly kind: 'portal'
  readonly tabId: number
  readonly frameId: number
  readonly origin: string
  readonly topOrigin: string
  /** Portals that may live at this origin; never empty. */
  readonly portals: readonly Portal[]
}

export interface PageSpeaker {
  readonly kind: 'page'
  /** e.g. /consent.html */
  readonly path: string
  readonly query: URLSearchParams
}

export type Speaker = PortalSpeaker | PageSpeaker | { readonly kind: 'stranger' }

const STRANGER = { kind: 'stranger' } as const

/** Origin of an http(s) URL; null for everything else, so `null` origins and data: URLs never match a portal. */
function webOrigin(url: string | undefined): string | null {
  if (url === undefined) return null
  try {
    const parsed = new URL(url)
    return parsed.protocol === 'http:' || parsed.protocol === 'https:' ? parsed.origin : null
  } catch {
    return null
  }
}

/** A top-level page of ours: our URL, not inside a frame. */
function pageSpeaker(sender: SenderFacts, self: Self): PageSpeaker | null {
  if (!sender.url?.startsWith(`${self.origin}/`)) return null
  if (sender.frameId !== undefined && sender.frameId !== 0) return null
  if (sender.origin !== undefined && sender.origin !== self.origin) return null
  const rest = new URL(sender.url.slice(self.origin.length), 'https://page.invalid')
  return { kind: 'page', path: rest.pathname, query: rest.searchParams }
}

/**
 * Frame and top must both be allowed origins. A sandboxed frame has a portal's URL but the origin `null`: refused.
 * Without host permissions the browser does not tell a subframe's top page: then it is refused, too.
 */
function portalSpeaker(
  sender: SenderFacts,
  portalsAt: (origin: string) => readonly Portal[],
): PortalSpeaker | null {
  const { frameId, tab } = sender
  const origin = webOrigin(sender.url)
  if (origin === null || tab?.id === undefined || frameId === undefined) return null
  if (sender.origin !== undefined && sender.origin !== origin) return null
  const topOrigin = frameId === 0 ? origin : webOrigin(tab.url)
  if (topOrigin === null) return null
  const portals = portalsAt(origin)
  if (portals.length === 0 || portalsAt(topOrigin).length === 0) return null
  return { kind: 'portal', tabId: tab.id, frameId, origin, topOrigin, portals }
}

/** Who speaks. Messages of other extensions and of unknown pages are strangers. */
export function speakerOf(
  sender: SenderFacts,
  self: Self,
  portalsAt: (origin: string) => readonly Portal[],
): Speaker {
  if (sender.id !== self.id) return STRANGER
  return pageSpeaker(sender, self) ?? portalSpeaker(sender, portalsAt) ?? STRANGER
}
