/** The first thing that still keeps 签章 off, in the order in which the user can mend it. */
import type { MessageKey } from '../ui/i18n'
import type { Preparation } from './preparation'

export interface Standing {
  /** The file, the job or the last error rules signing out. */
  readonly hopeless: boolean
  readonly working: boolean
  readonly offers: number
  readonly chosen: boolean
  /** The chosen certificate cannot be used. */
  readonly obstacle: boolean
  /** The page with the seal was drawn. */
  readonly drawn: boolean
  readonly preparation: Preparation
}

const rows: readonly (readonly [MessageKey, (at: Standing) => boolean])[] = [
  ['consent.off.file', (at) => at.hopeless || at.preparation.error !== null],
  ['consent.off.working', (at) => at.working],
  ['consent.off.token', (at) => at.offers === 0],
  ['consent.off.choose', (at) => !at.chosen],
  ['consent.off.certificate', (at) => at.obstacle],
  ['consent.off.draw', (at) => !at.drawn],
  ['consent.off.digest', (at) => at.preparation.stale || at.preparation.prepared === null],
]

export function missing(at: Standing): MessageKey | null {
  return rows.find(([, holds]) => holds(at))?.[0] ?? null
}
