/** The one error class and what becomes of any thrown thing on the wire. The sentences stand in error-table.ts. */
import { type ErrorCode, errors } from './error-table.js'

/** Facts for the helpdesk. Never a PIN, a person's name, an ID number or file content. */
export interface ErrorDetails {
  /** What the vendor library answered, e.g. `{ api: 'PKCS11', call: 'C_Login', code: 'CKR_PIN_INCORRECT' }`. */
  readonly native?: { readonly api: string; readonly call: string; readonly code: string }
  readonly triesLeft?: number
  readonly [fact: string]: unknown
}

/** How a failure travels: `{ id, error }` of the envelope. */
export interface WireError {
  readonly code: ErrorCode
  readonly message: string
  readonly details?: ErrorDetails | undefined
}

/** The only error that crosses a boundary of ours. `message` is the Chinese sentence of the table. */
export class SuoqiaoError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails | undefined

  constructor(code: ErrorCode, details?: ErrorDetails, options?: { cause?: unknown }) {
    super(errors[code].say, options)
    this.name = 'SuoqiaoError'
    this.code = code
    this.details = details
  }
}

/** Turns anything thrown into what may leave the process: known errors as they are, all else as `bridge.internal`. */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof SuoqiaoError) {
    return { code: thrown.code, message: thrown.message, details: thrown.details }
  }
  return { code: 'bridge.internal', message: errors['bridge.internal'].say }
}

/** The error of the other side as a throwable; an unknown code of a newer peer becomes `bridge.internal`. */
export function fromWireError(wire: {
  readonly code: string
  readonly message: string
  readonly details?: unknown
}): SuoqiaoError {
  const code = Object.hasOwn(errors, wire.code) ? (wire.code as ErrorCode) : 'bridge.internal'
  const details = typeof wire.details === 'object' && wire.details !== null ? { ...wire.details } : {}
  return new SuoqiaoError(code, code === wire.code ? details : { ...details, unknownCode: wire.code })
}
