/** Keeps the digest in step with what is on the screen: what was prepared is what will be signed, byte for byte. */
import { type ReadonlySignal, signal } from '@preact/signals'
import { type ErrorCode, SuoqiaoError } from '@suoqiao/protocol'
import type { PdfCore, PreparedFile, SealRequest } from './pdf-core'

/** A dragged seal changes many times a second; the digest waits until it rests. */
export const REST_MS = 220

export interface Preparation {
  /** The last prepared tail; `stale` while something changed since. */
  readonly prepared: PreparedFile | null
  readonly stale: boolean
  readonly error: ErrorCode | null
}

export function createPreparation(core: PdfCore, file: () => Blob | null, limitBytes: () => number | null) {
  const state = signal<Preparation>({ prepared: null, stale: false, error: null })
  let round = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Marks the shown digest as old and prepares anew; null means that something is still to be chosen. */
  function request(build: (() => Promise<SealRequest>) | null): void {
    const mine = ++round
    clearTimeout(timer)
    const { prepared } = state.peek()
    state.value = { prepared: build ? prepared : null, stale: build !== null, error: null }
    if (!build) return
    timer = setTimeout(() => void prepare(mine, build), REST_MS)
  }

  async function prepare(mine: number, build: () => Promise<SealRequest>): Promise<void> {
    const source = file()
    if (!source) return
    try {
      const prepared = await core.prepare(source, await build())
      if (mine !== round) return
      const error = fits(source.size + prepared.tailBytes, limitBytes()) ? null : 'pdf.too-large'
      state.value = { prepared, stale: false, error }
    } catch (thrown) {
      if (mine !== round) return
      state.value = { prepared: null, stale: false, error: codeOf(thrown) }
    }
  }

  return { state: state as ReadonlySignal<Preparation>, request }
}

/** The portal's limit is strict: a file of exactly that many bytes is refused. */
export function fits(bytes: number, limitBytes: number | null): boolean {
  return limitBytes === null || bytes < limitBytes
}

export function codeOf(thrown: unknown): ErrorCode {
  return thrown instanceof SuoqiaoError ? thrown.code : 'bridge.internal'
}
