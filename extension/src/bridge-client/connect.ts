/** The order of ways to the bridge: remembered session, native messaging, pairing; WebSocket first, native port when it is blocked. */
import { SuoqiaoError } from '@suoqiao/protocol'
import { type Channel, channelOverSocket } from './channel'
import { openSocket } from './handshake-client'
import { HandshakeError, type HandshakeFault } from './handshake-error'
import type { NativeLink } from './native-link'
import type { Session } from './session-key'
import type { SessionStore } from './session-store'

export interface Ways {
  /** Our own origin as the Origin header says it, e.g. chrome-extension://<id>. */
  readonly origin: string
  readonly store: SessionStore
  openNative(origin: string): Promise<NativeLink>
  readPairing(): Promise<Session | null>
}

export interface Connection {
  readonly channel: Channel
  readonly session: Session
  /** Why the native port stands in for the WebSocket; null when it does not. */
  readonly reason: HandshakeFault | null
  /** Sequence number of the last event as the handshake said it; null on the native port. */
  readonly seq: number | null
}

async function bySocket(session: Session, origin: string): Promise<Connection> {
  const open = await openSocket(session, origin)
  return { channel: channelOverSocket(open), session, reason: null, seq: open.seq }
}

function faultOf(error: unknown): HandshakeFault {
  return error instanceof HandshakeError ? error.fault : 'refused'
}

/** Without native messaging a proof that failed is final: nobody else can say where the bridge is. */
async function byPairing(ways: Ways, cause: unknown, earlier: HandshakeFault | null): Promise<Connection> {
  const pairing = await ways.readPairing()
  if (!pairing) throw earlier === 'impostor' ? new SuoqiaoError('bridge.impostor') : cause
  try {
    return await bySocket(pairing, ways.origin)
  } catch (error) {
    const fault = faultOf(error)
    if (fault === 'impostor') throw new SuoqiaoError('bridge.impostor')
    throw new SuoqiaoError(fault === 'refused' ? 'bridge.unauthorized' : 'bridge.not-running')
  }
}

async function byWelcome(ways: Ways, link: NativeLink): Promise<Connection> {
  const session = await ways.store.save(link.welcome)
  try {
    const connection = await bySocket(session, ways.origin)
    link.close()
    return connection
  } catch (error) {
    const reason = faultOf(error)
    if (reason === 'impostor') {
      link.close()
      await ways.store.clear()
      throw new SuoqiaoError('bridge.impostor')
    }
    return { channel: link.channel(), session, reason, seq: null }
  }
}

/** Opens one proved connection. Throws bridge.impostor, -.not-installed, -.not-running, -.unauthorized. */
export async function connect(ways: Ways): Promise<Connection> {
  const remembered = await ways.store.read()
  let earlier: HandshakeFault | null = null
  if (remembered) {
    try {
      return await bySocket(remembered, ways.origin)
    } catch (error) {
      // The daemon may have restarted elsewhere: ask the native host, which knows, before calling anyone an impostor.
      earlier = faultOf(error)
      await ways.store.clear()
    }
  }
  let link: NativeLink
  try {
    link = await ways.openNative(ways.origin)
  } catch (error) {
    return await byPairing(ways, error, earlier)
  }
  return await byWelcome(ways, link)
}
