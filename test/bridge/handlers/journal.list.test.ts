/** journal.list: the journal as the protocol describes it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { methods } from '@suoqiao/protocol'
import { parse } from 'valibot'
import { expect, it, onTestFinished } from 'vitest'
import type { Services } from '../../../bridge/src/handlers/handler.js'
import { journalList } from '../../../bridge/src/handlers/journal.list.js'
import { openJournal } from '../../../bridge/src/journal/open-journal.js'
import { makeCaller } from '../../stands/caller.js'

it('lists the last uses of keys, newest first, and says that the chain is whole', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'suoqiao-list-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  // Only what this handler may touch; anything else would be undefined and fail.
  const desk = { journal: await openJournal(directory) } as unknown as Services
  const origin = 'https://portal.example'
  const record = {
    method: 'pdf.sign',
    origin,
    tokenId: 't',
    certificateId: 'c',
    certificateSerial: '1',
    digest: 'd',
  }
  await desk.journal.append({ ...record, outcome: 'token.pin-cancelled' })
  await desk.journal.append({ ...record, outcome: 'ok' })
  const params = parse(methods['journal.list'].params, { limit: 1 })
  const result = parse(methods['journal.list'].result, await journalList(params, makeCaller(), desk))
  expect(result).toMatchObject({ intact: true, total: 2, entries: [{ seq: 1, outcome: 'ok' }] })
})
