/** Every method of the protocol. The table stays explicit, so that the compiler proves both sides answer it. */
import type * as v from 'valibot'
import { journalList } from './journal.list.js'
import { pdfSign } from './pdf.sign.js'
import { sessionCancel } from './session.cancel.js'
import { sessionConsent } from './session.consent.js'
import { sessionHello } from './session.hello.js'
import { sessionStatus } from './session.status.js'
import { tokenAnswerPin } from './token.answer-pin.js'
import { tokenCertificates } from './token.certificates.js'
import { tokenList } from './token.list.js'
import { tokenPinStatus } from './token.pin-status.js'
import { tokenSignDigest } from './token.sign-digest.js'

export const methods = {
  [sessionHello.method]: sessionHello,
  [sessionStatus.method]: sessionStatus,
  [sessionConsent.method]: sessionConsent,
  [sessionCancel.method]: sessionCancel,
  [tokenList.method]: tokenList,
  [tokenCertificates.method]: tokenCertificates,
  [tokenPinStatus.method]: tokenPinStatus,
  [tokenAnswerPin.method]: tokenAnswerPin,
  [tokenSignDigest.method]: tokenSignDigest,
  [pdfSign.method]: pdfSign,
  [journalList.method]: journalList,
} as const

export type Methods = typeof methods
export type Method = keyof Methods
export type Params<M extends Method> = v.InferOutput<Methods[M]['params']>
/** What a caller may write: optional fields with defaults left out. */
export type ParamsInput<M extends Method> = v.InferInput<Methods[M]['params']>
export type Result<M extends Method> = v.InferOutput<Methods[M]['result']>

/** What the extension calls and the bridge answers. */
export type Call = <M extends Method>(method: M, params: ParamsInput<M>) => Promise<Result<M>>

export function isMethod(name: string): name is Method {
  return Object.hasOwn(methods, name)
}
