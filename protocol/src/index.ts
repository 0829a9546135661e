/** The only door of the agreement between extension and bridge. */
export { canonicalJson } from './canonical.js'
export { defineEvent, defineMethod, type EventDefinition, type MethodDefinition } from './define.js'
export {
  classify,
  contextSchema,
  type Decoded,
  decode,
  type EventMessage,
  encode,
  type Failure,
  MAX_BLOB_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_MESSAGE_DEPTH,
  type Reply,
  type Request,
  type RequestContext,
  requestSchema,
  type Success,
} from './envelope.js'
export { type ErrorDetails, fromWireError, SuoqiaoError, toWireError, type WireError } from './error.js'
export { type ErrorCode, errors } from './error-table.js'
export { type EventData, type EventName, events } from './events/index.js'
export * from './handshake.js'
export {
  type Call,
  isMethod,
  type Method,
  type Methods,
  methods,
  type Params,
  type ParamsInput,
  type Result,
} from './methods/index.js'
export { type JournalEntry, journalEntry } from './methods/journal.list.js'
export { type MustUpdate, PRODUCT_VERSION, PROTOCOL_VERSION, whoMustUpdate } from './version.js'
export {
  type CertificateInfo,
  certificateInfo,
  type PinStatus,
  pinStatus,
  type TokenInfo,
  tokenInfo,
} from './vocabulary/token.js'
