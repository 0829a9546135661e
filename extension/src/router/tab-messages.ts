/** What the background asks the content script of a tab, on behalf of the popup. Only the extension can send these. */

export type TabMessage =
  | { readonly ask: 'describe' }
  | { readonly ask: 'openPanel' }
  | { readonly ask: 'sign'; readonly documentName: string }

export interface TabDescription {
  readonly portalId: string | null
  readonly portalName: string | null
  readonly origin: string | null
  readonly documents: readonly string[]
}

export const UNKNOWN_TAB: TabDescription = { portalId: null, portalName: null, origin: null, documents: [] }
