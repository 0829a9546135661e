/**
 * What the parts of the extension ask the background: pages of ours by runtime.sendMessage, the portal's content
 * script by a port named SIGN_PORT. The envelope is the protocol's `{ id, method, params }`; replies are `{ id, result }`
 * or `{ id, error }`. Who may send what is decided in router/ from `sender`, never from the message.
 */
import type { EventName, Method, ParamsInput, PinStatus, Result, WireError } from '@suoqiao/protocol'

/** How the extension stands with the bridge, as the popup and the arch show it. */
export interface BridgeState {
  readonly state:
    | 'connecting'
    | 'connected'
    | 'not-installed'
    | 'not-running'
    | 'unauthorized'
    | 'impostor'
    | 'must-update'
  /** How requests travel; the native port stands in when the WebSocket is blocked, and `reason` says why. */
  readonly transport: 'websocket' | 'native' | null
  readonly reason: string | null
  readonly bridgeVersion: string | null
  readonly mustUpdate: 'none' | 'extension' | 'bridge'
}

/** One signing job: begun by a portal page, confirmed in our own window, finished in the page. */
export interface SignJob {
  readonly id: string
  readonly file: { readonly name: string; readonly size: number }
  readonly portal: {
    readonly id: string
    readonly name: string
    readonly origin: string
    readonly topOrigin: string
  }
  /** The document's name as the portal prints it, e.g. 企业诚信守法承诺书. */
  readonly documentName: string
  /** Largest signed file the portal takes: strictly less than this many bytes; null when it names no limit. */
  readonly limitBytes: number | null
  readonly practice: boolean
  readonly state: 'waiting' | 'signed' | 'refused' | 'failed'
}

/** What a PIN window shows; the sealing key serves this prompt only (HKDF of the session key). */
export interface PinPromptView {
  readonly promptId: string
  readonly tokenLabel: string
  readonly fileName: string
  readonly digestStart: string
  readonly practice: boolean
  readonly wrong: boolean
  readonly pin: PinStatus
  /** base64 of 32 bytes: AES-256-GCM key of this prompt. */
  readonly sealKey: string
}

/** Method → params and result, for pages of the extension. */
export interface PageRequests {
  'bridge.state': { params: Record<never, never>; result: BridgeState }
  /** Try again now (the popup's 启动服务 and after pairing). */
  'bridge.connect': { params: Record<never, never>; result: BridgeState }
  /** A protocol method on behalf of the extension itself (its own origin): lists and status, never signing. */
  'bridge.call': { params: { method: Method; params: unknown }; result: unknown }
  /** A protocol method on behalf of a job: the background adds the job's origin and the consent ticket. */
  'job.call': {
    params: { jobId: string; method: Method; params: unknown; consent?: string }
    result: unknown
  }
  'job.get': { params: { jobId: string }; result: SignJob }
  /** The signed file (already in the job store) may go back to the page, or the user refused, or it failed. */
  'job.finish': {
    params: { jobId: string; outcome: 'signed' | 'refused' | 'failed'; error?: WireError }
    result: Record<never, never>
  }
  'pin.get': { params: { promptId: string }; result: PinPromptView }
  /** Already sealed by the PIN window; null = cancelled. */
  'pin.answer': { params: { promptId: string; sealedPin: string | null }; result: { accepted: boolean } }
  /** Pairing by numeric comparison: begin, show the digits, say whether they are the same. */
  'pair.begin': { params: Record<never, never>; result: { pairingId: string; digits: string } }
  'pair.confirm': { params: { pairingId: string; same: boolean }; result: BridgeState }
  /** What the popup shows for a tab: the portal found there, and its signable documents. */
  'tab.describe': {
    params: { tabId: number }
    result: {
      portalId: string | null
      portalName: string | null
      origin: string | null
      documents: readonly string[]
    }
  }
  /** Unfold the panel of a tab, or start signing its first document. */
  'tab.openPanel': { params: { tabId: number }; result: { opened: boolean } }
  'tab.sign': { params: { tabId: number; documentName: string }; result: { started: boolean } }
}
export type PageMethod = keyof PageRequests

/** Port name of the portal content script's signing conversation. */
export const SIGN_PORT = 'suoqiao-sign'
/** Bytes of file per base64 chunk on that port; Chrome's messages are JSON. */
export const CHUNK_BYTES = 512 * 1024

/** What the panel may know of bridge and UKey: no name, no number, no certificate. */
export interface PanelStatus {
  readonly bridge: BridgeState['state']
  readonly token: 'none' | 'ready' | 'unknown'
}

/** Background → pages of ours, by runtime.sendMessage, unasked: a bridge event passed on, or a new bridge state. */
export type PageNotice =
  | { readonly event: EventName; readonly data: unknown }
  | { readonly event: 'bridge.state'; readonly data: BridgeState }

/** content → background. `watch` asks for `status` now and whenever it changes; `alive` keeps the worker up during a job. */
export type SignPortRequest =
  | { readonly t: 'watch' }
  | { readonly t: 'alive' }
  | { readonly t: 'resume'; readonly jobId: string }
  | {
      readonly t: 'begin'
      readonly file: { readonly name: string; readonly size: number }
      readonly documentName: string
      readonly limitBytes: number | null
    }
  | { readonly t: 'chunk'; readonly n: number; readonly base64: string; readonly last: boolean }
  | { readonly t: 'cancel' }

/** background → content. After `signed` the file follows in chunks; `n` counts from 0. */
export type SignPortReply =
  | { readonly t: 'status'; readonly status: PanelStatus }
  | { readonly t: 'progress'; readonly stage: 'received' | 'consent' | 'signing'; readonly jobId: string }
  | {
      readonly t: 'signed'
      readonly file: { readonly name: string; readonly size: number; readonly sha256: string }
    }
  | { readonly t: 'chunk'; readonly n: number; readonly base64: string; readonly last: boolean }
  | { readonly t: 'error'; readonly error: WireError }

export type CallParams<M extends Method> = ParamsInput<M>
export type CallResult<M extends Method> = Result<M>
