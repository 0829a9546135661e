/** session.consent: what a ticket is bound to. */

import { methods } from '@suoqiao/protocol'
import { parse } from 'valibot'
import { expect, it } from 'vitest'
import { createConsentDesk } from '../../../bridge/src/consent/consent-desk.js'
import type { Services } from '../../../bridge/src/handlers/handler.js'
import { sessionConsent } from '../../../bridge/src/handlers/session.consent.js'
import { makeCaller } from '../../stands/caller.js'

it('gives a ticket bound to the session and origin the server proved, not to anything in the request', async () => {
  // Only what this handler may touch; anything else would be undefined and fail.
  const desk = { consent: createConsentDesk() } as unknown as Services
  const params = { method: 'pdf.sign', certificateId: 'c'.repeat(64), paramsSha256: 'a'.repeat(64) } as const
  const caller = makeCaller()
  const result = parse(methods['session.consent'].result, await sessionConsent(params, caller, desk))
  expect(result.expiresInS).toBe(60)
  const { sessionId, origin } = caller
  expect(() => desk.consent.redeem(result.ticket, { ...params, sessionId, origin })).not.toThrow()
})
