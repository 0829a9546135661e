/** Every method and its handler. Explicit on purpose: a missing one does not compile. */
import type { Handlers } from './handler.js'
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

export const handlers: Handlers = {
  'session.hello': sessionHello,
  'session.status': sessionStatus,
  'session.consent': sessionConsent,
  'session.cancel': sessionCancel,
  'token.list': tokenList,
  'token.certificates': tokenCertificates,
  'token.pinStatus': tokenPinStatus,
  'token.answerPin': tokenAnswerPin,
  'token.signDigest': tokenSignDigest,
  'pdf.sign': pdfSign,
  'journal.list': journalList,
}
