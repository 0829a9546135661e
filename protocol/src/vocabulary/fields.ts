/** Small schemas that several methods share: identifiers, hex, base64, dates. */
import * as v from 'valibot'

/** Stable over replug and restart: derived from provider, label and serial. */
export const tokenId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.:-]{1,120}$/))
/** SHA-256 of the certificate's DER, lower-case hex. */
export const certificateId = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
/** SHA-256 digest, lower-case hex. */
export const sha256Hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
/** Standard base64 with padding (RFC 4648 §4). */
export const base64 = v.pipe(v.string(), v.base64())
/** ISO 8601 in UTC, e.g. 2026-11-21T08:00:00.000Z. */
export const isoDate = v.pipe(v.string(), v.isoTimestamp())
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
