/** The daemon's side of the mutual proof: checks the extension's MAC and answers with its own (bridge/security.md). */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { authFrame, type HandshakeFacts, macInput } from '@suoqiao/protocol'
import * as v from 'valibot'
import type { Session, Sessions } from './sessions.js'

export interface Proof {
  readonly session: Session
  /** The daemon's MAC for the ok frame, base64url. */
  readonly mac: string
}

/** HMAC-SHA256 over the facts as one side states them. */
function macOf(key: Buffer, side: 'client' | 'server', facts: HandshakeFacts): Buffer {
  return createHmac('sha256', key).update(macInput(side, facts)).digest()
}

/** A key nobody holds, so that an unknown session costs the same time as a wrong MAC. */
const NOBODY = Buffer.alloc(32)

/**
 * Checks the first frame of a connection. Undefined when anything at all is wrong: the caller closes alike,
 * so that nobody learns which part it was. `serverNonce` must be fresh and is used up by this call.
 */
export function authenticate(
  frame: unknown,
  known: { readonly port: number; readonly origin: string; readonly serverNonce: string },
  sessions: Sessions,
): Proof | undefined {
  const parsed = v.safeParse(authFrame, frame)
  if (!parsed.success) return undefined
  const { sessionId, clientNonce, mac } = parsed.output
  const session = sessions.find(sessionId)
  const facts: HandshakeFacts = { ...known, sessionId, clientNonce }
  const expected = macOf(session?.key ?? NOBODY, 'client', facts)
  const given = Buffer.from(mac, 'base64url')
  const isRight = given.length === expected.length && timingSafeEqual(given, expected)
  if (!session || !isRight || session.origin !== known.origin) return undefined
  return { session, mac: macOf(session.key, 'server', facts).toString('base64url') }
}
