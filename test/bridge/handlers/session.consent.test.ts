/** session.consent and journal.list, the two handlers that only pass on. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { methods } from '@suoqiao/protocol'
import { parse } from 'valibot'
import { expect, it, onTestFinished } from 'vitest'
import { createConsentDesk } from '../../../bridge/src/consent/consent-desk.js'
import type { Services } from '../../../bridge/src/handlers/handler.js'
import { journalList } from '../../../bridge/src/handlers/journal.list.js'
import { sessionConsent } from '../../../bridge/src/handlers/session.consent.js'
import { openJournal } from '../../../bridge/src/journal/open-journal.js'
import { makeCaller } from '../../stands/caller.js'

/** Only what these two handlers may touch; anything else would be undefined and fail. */
async function services(): Promise<Services> {
  const directory = await mkdtemp(join(tmpdir(), 'suoqiao-consent-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return { consent: createConsentDesk(), journal: await openJournal(directory) } as unknown as Services
}

it('gives a ticket bound to the session and origin the server proved, not to anything in the request', async () => {
  const desk = await services()
  const params = { method: 'pdf.sign', certificateId: 'c'.repeat(64), paramsSha256: 'a'.repeat(64) } as const
  const caller = makeCaller()
  const result = parse(methods['session.consent'].result, await sessionConsent(params, caller, desk))
  expect(result.expiresInS).toBe(60)
  const { sessionId, origin } = caller
  expect(() => desk.consent.redeem(result.ticket, { ...params, sessionId, origin })).not.toThrow()
})

it('lists the journal as the protocol describes it', async () => {
  const desk = await services()
  const record = {
    method: 'pdf.sign',
    origin: 'https://portal.example',
    tokenId: 't',
    digest: 'd',
    outcome: 'ok',
  }
  await desk.journal.append({ ...record, certificateId: 'c', certificateSerial: '1' })
  const params = parse(methods['journal.list'].params, {})
  const result = parse(methods['journal.list'].result, await journalList(params, makeCaller(), desk))
  expect(result).toMatchObject({ intact: true, total: 1, entries: [{ seq: 0, outcome: 'ok' }] })
})
