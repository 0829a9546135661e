/** What may have changed after a signature, and how bad each change is. */
import type { DocMdpLevel } from './existing-signatures.js'

/** Worst last. `info`: the reader must be told; `rejected`: the signature no longer stands for this document. */
const changeLevels = ['nothing', 'allowed', 'info', 'rejected'] as const
export type ChangeLevel = (typeof changeLevels)[number]

export type ChangeCode =
  | 'signature-added'
  | 'validation-data-added'
  | 'metadata-changed'
  | 'annotation-added'
  | 'form-value-changed'
  | 'form-value-locked'
  | 'annotation-removed'
  | 'field-removed'
  | 'field-added'
  | 'page-changed'
  | 'catalog-changed'
  | 'form-changed'
  | 'object-changed'
  | 'object-removed'
  | 'object-generation'
  | 'object-unreadable'
  | 'entry-into-signed'
  | 'entry-not-exact'
  | 'prepared-object'
  | 'trailer-key'
  | 'root-changed'
  | 'history-replaced'
  | 'not-permitted'

const levelOf: Partial<Record<ChangeCode, ChangeLevel>> = {
  'signature-added': 'allowed',
  'validation-data-added': 'allowed',
  'metadata-changed': 'info',
  'annotation-added': 'info',
  'form-value-changed': 'info',
}

/** Collects what was found; anything not named harmless above is rejected. */
export class ChangeLog {
  readonly codes = new Set<ChangeCode>()

  add(code: ChangeCode): void {
    this.codes.add(code)
  }

  /** ISO 32000-1 table 254: P=1 permits nothing, P=2 forms and signatures, P=3 annotations too. */
  applyCertification(level: DocMdpLevel | null): void {
    const isBroken =
      (level === 1 && [...this.codes].some((code) => code !== 'validation-data-added')) ||
      (level === 2 && this.codes.has('annotation-added'))
    if (isBroken) this.add('not-permitted')
  }

  get level(): ChangeLevel {
    const worst = Math.max(
      0,
      ...[...this.codes].map((code) => changeLevels.indexOf(levelOf[code] ?? 'rejected')),
    )
    return changeLevels[worst] ?? 'rejected'
  }
}
