/** session.status: how the daemon is. Touches no device, so that it answers whatever a vendor library does. */
import { PRODUCT_VERSION, PROTOCOL_VERSION } from '@suoqiao/protocol'
import type { Handler } from './handler.js'

export const sessionStatus: Handler<'session.status'> = async (_params, _caller, services) => ({
  version: PRODUCT_VERSION,
  protocol: PROTOCOL_VERSION,
  pid: process.pid,
  port: services.daemon.port(),
  uptimeS: Math.round((Date.now() - services.daemon.startedAt) / 1000),
  connections: services.daemon.connections(),
  practiceOrigin: services.practiceOrigin,
  providers: services.tokens.providers().map(({ id, state, restarts }) => ({ id, state, restarts })),
  seq: services.daemon.seq(),
})
