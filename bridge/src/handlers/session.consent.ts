/** session.consent: a ticket for the press of the confirm button in our own consent window. */
import type { Handler } from './handler.js'

/**
 * The origin bound here is the caller's: the extension's background sets the same portal origin on session.consent
 * and on the request that spends the ticket, so a ticket confirmed for one portal never serves another.
 */
export const sessionConsent: Handler<'session.consent'> = async (params, caller, services) =>
  services.consent.issue({ sessionId: caller.sessionId, origin: caller.origin, ...params })
