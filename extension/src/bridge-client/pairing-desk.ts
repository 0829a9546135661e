/** Pairings that are under way: shown digits wait here until the user has said whether they are the same. */
import { SuoqiaoError } from '@suoqiao/protocol'
import { beginPairing, type PairingAttempt } from './pairing-client'
import { savePairing } from './session-store'

export class PairingDesk {
  readonly #origin: string
  readonly #browserName: string
  #current: { readonly id: string; readonly attempt: PairingAttempt } | null = null

  constructor(origin: string, browserName: string) {
    this.#origin = origin
    this.#browserName = browserName
  }

  /** Throws pairing.closed, pairing.backoff. An earlier attempt is given up. */
  async begin(): Promise<{ pairingId: string; digits: string }> {
    this.#current?.attempt.cancel()
    const attempt = await beginPairing(this.#origin, this.#browserName)
    this.#current = { id: crypto.randomUUID(), attempt }
    return { pairingId: this.#current.id, digits: attempt.digits }
  }

  /** Stores the pairing once the daemon's side was confirmed, too. Throws pairing.refused. */
  async confirm(pairingId: string, same: boolean): Promise<void> {
    const current = this.#current
    this.#current = null
    if (!current || current.id !== pairingId) throw new SuoqiaoError('pairing.refused')
    if (!same) {
      current.attempt.cancel()
      throw new SuoqiaoError('pairing.refused')
    }
    await savePairing(await current.attempt.confirmed())
  }
}
