/** The plugged-in tokens and their certificates, refreshed by events of the bridge, on focus, and while none is there. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { ErrorCode, TokenInfo } from '@suoqiao/protocol'
import type { Ask, Listen } from '../ui/background'
import { mayOffer, type Offer, offersOf } from './certificate-choice'
import { callForJob } from './job-call'
import { codeOf } from './preparation'

/** Events may be lost while a browser worker sleeps; with nothing to show, asking again is cheap. */
const AGAIN_MS = 2000

export interface TokenView {
  readonly state: 'loading' | 'ready' | 'error'
  readonly offers: readonly Offer[]
  readonly error: ErrorCode | null
}

async function certificatesOf(ask: Ask, jobId: string, token: TokenInfo) {
  try {
    const { certificates } = await callForJob(ask, jobId, 'token.certificates', { tokenId: token.id })
    return { token, certificates }
  } catch {
    // A token that was pulled between the two calls simply is not offered.
    return { token, certificates: [] }
  }
}

export async function readOffers(ask: Ask, jobId: string, practiceJob: boolean): Promise<Offer[]> {
  const { tokens } = await callForJob(ask, jobId, 'token.list', {})
  const offered = tokens.filter((token) => mayOffer(token, practiceJob))
  return offersOf(await Promise.all(offered.map((token) => certificatesOf(ask, jobId, token))))
}

export function watchTokens(ask: Ask, listen: Listen, jobId: string, practiceJob: () => boolean) {
  const view = signal<TokenView>({ state: 'loading', offers: [], error: null })
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false
  let round = 0

  async function refresh(): Promise<void> {
    const mine = ++round
    clearTimeout(timer)
    const next = await readOffers(ask, jobId, practiceJob()).then(
      (offers): TokenView => ({ state: 'ready', offers, error: null }),
      (thrown): TokenView => ({ state: 'error', offers: [], error: codeOf(thrown) }),
    )
    if (stopped || mine !== round) return
    view.value = next
    if (next.offers.length === 0) timer = setTimeout(() => void refresh(), AGAIN_MS)
  }

  const unlisten = listen((event) => {
    if (event === 'token.changed' || event === 'bridge.state') void refresh()
  })
  return {
    view: view as ReadonlySignal<TokenView>,
    refresh,
    stop() {
      stopped = true
      clearTimeout(timer)
      unlisten()
    },
  }
}
