/** How bridge and tokens stand, kept up to date while a page of ours is open. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { CertificateInfo, TokenInfo } from '@suoqiao/protocol'
import type { BridgeState } from '../router/messages'
import { type Ask, callBridge, type Listen } from './background'

export interface PluggedToken {
  readonly token: TokenInfo
  readonly certificates: readonly CertificateInfo[]
}

/** `null` = not known yet. */
export interface Standing {
  readonly bridge: BridgeState | null
  readonly tokens: readonly PluggedToken[] | null
}

const AGAIN_MS = 2000

async function readTokens(ask: Ask): Promise<PluggedToken[]> {
  const { tokens } = await callBridge(ask, 'token.list', {})
  return Promise.all(
    tokens.map(async (token) => {
      const found = await callBridge(ask, 'token.certificates', { tokenId: token.id }).catch(() => null)
      return { token, certificates: found?.certificates ?? [] }
    }),
  )
}

async function readStanding(ask: Ask, method: 'bridge.state' | 'bridge.connect'): Promise<Standing> {
  const bridge = await ask(method, {})
  if (bridge.state !== 'connected') return { bridge, tokens: null }
  return { bridge, tokens: await readTokens(ask).catch(() => []) }
}

export function watchBridge(ask: Ask, listen: Listen) {
  const standing = signal<Standing>({ bridge: null, tokens: null })
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false
  let round = 0

  async function refresh(method: 'bridge.state' | 'bridge.connect' = 'bridge.state'): Promise<void> {
    const mine = ++round
    clearTimeout(timer)
    const next = await readStanding(ask, method).catch(() => standing.value)
    if (stopped || mine !== round) return
    standing.value = next
    // Something is still missing: look again, because the event that would say so needs a connection.
    if (!next.tokens || next.tokens.length === 0) timer = setTimeout(() => void refresh(), AGAIN_MS)
  }

  const unlisten = listen((event) => {
    if (event === 'token.changed' || event === 'bridge.state') void refresh()
  })
  return {
    standing: standing as ReadonlySignal<Standing>,
    refresh,
    stop() {
      stopped = true
      clearTimeout(timer)
      unlisten()
    },
  }
}
export type BridgeWatch = ReturnType<typeof watchBridge>

/** What the arch shows for a standing. */
export function archOf({ bridge, tokens }: Standing) {
  const connected = bridge?.state === 'connected'
  const impostor = bridge?.state === 'impostor'
  const hasToken = (tokens?.length ?? 0) > 0
  return {
    site: 'there' as const,
    left: connected ? ('whole' as const) : impostor ? ('broken' as const) : ('unknown' as const),
    bridge: connected ? ('there' as const) : impostor ? ('bad' as const) : ('missing' as const),
    right: connected && hasToken ? ('whole' as const) : ('unknown' as const),
    token: hasToken ? ('there' as const) : ('missing' as const),
  }
}
