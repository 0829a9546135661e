/** Answers the requests of our own pages. A consent or PIN window may speak only of its own job or prompt. */
import { type Method, methods, SuoqiaoError } from '@suoqiao/protocol'
import * as v from 'valibot'
import { browser } from 'wxt/browser'
import type { BridgeClient } from '../bridge-client/bridge-client'
import type { PairingDesk } from '../bridge-client/pairing-desk'
import type { JobDesk } from '../jobs/job-desk'
import type { PinDesk } from '../jobs/pin-desk'
import type { PageMethod, PageRequests } from './messages'
import { pageParams } from './page-params'
import type { PageSpeaker } from './sender'
import { type TabDescription, type TabMessage, UNKNOWN_TAB } from './tab-messages'
import { traced } from './trace'

export interface PageServices {
  readonly client: BridgeClient
  readonly jobs: JobDesk
  readonly pins: PinDesk
  readonly pairing: PairingDesk
  readonly ownOrigin: string
}

/** Lists and status: nothing that uses a key. */
const READING: readonly Method[] = [
  'session.status',
  'token.list',
  'token.certificates',
  'token.pinStatus',
  'journal.list',
]
const SIGNING: readonly Method[] = [
  'token.list',
  'token.certificates',
  'token.pinStatus',
  'session.consent',
  'pdf.sign',
]

interface Asked {
  readonly id: string
  readonly speaker: PageSpeaker
}
type Answers = {
  readonly [M in PageMethod]: (
    params: PageRequests[M]['params'],
    asked: Asked,
    services: PageServices,
  ) => PageRequests[M]['result'] | Promise<PageRequests[M]['result']>
}

function mustBe(holds: boolean): void {
  if (!holds) throw new SuoqiaoError('request.not-allowed')
}

function mustOwnJob({ speaker }: Asked, jobId: string): void {
  mustBe(speaker.path === '/consent.html' && speaker.query.get('job') === jobId)
}

function mustOwnPrompt({ speaker }: Asked, promptId: string): void {
  mustBe(speaker.path === '/pin.html' && speaker.query.get('prompt') === promptId)
}

/** A tab without our content script does not answer: then nothing is known of it. */
async function askTab<T>(tabId: number, message: TabMessage, otherwise: T): Promise<T> {
  try {
    const answer: unknown = await browser.tabs.sendMessage(tabId, message, { frameId: 0 })
    return (answer as T | undefined) ?? otherwise
  } catch {
    return otherwise
  }
}

const answers: Answers = {
  // Only looks, once something has been tried: asking must not start a bridge the user has just stopped.
  'bridge.state': async (_params, _asked, { client }) => {
    if (!client.hasTried || client.state.state === 'connecting') {
      await client.connect().catch(() => {
        // The state says what is wrong; that is the answer.
      })
    }
    return client.state
  },
  'bridge.connect': async (_params, _asked, { client }) => {
    await client.connect(true).catch(() => {
      // As above.
    })
    return client.state
  },
  'bridge.call': async ({ method, params }, { id }, { client, ownOrigin }) => {
    mustBe(READING.includes(method))
    const context = { origin: ownOrigin, topOrigin: ownOrigin, frameId: 0 }
    return await traced('bridge', id, method, () => client.call(id, method, params as never, { context }))
  },
  'job.call': async ({ jobId, method, params, consent }, asked, { client, jobs }) => {
    mustOwnJob(asked, jobId)
    mustBe(SIGNING.includes(method))
    const { portal } = await jobs.get(jobId)
    if (methods[method].sensitive) jobs.signing(jobId)
    const context = { origin: portal.origin, topOrigin: portal.topOrigin, frameId: 0 }
    const options = {
      context: consent === undefined ? context : { ...context, consent },
      signal: jobs.whileOpen(jobId),
    }
    return await traced('bridge', asked.id, method, () =>
      client.call(asked.id, method, params as never, options),
    )
  },
  'job.get': async ({ jobId }, asked, { jobs }) => {
    mustOwnJob(asked, jobId)
    return await jobs.get(jobId)
  },
  'job.finish': async ({ jobId, outcome, error }, asked, { jobs }) => {
    mustOwnJob(asked, jobId)
    await jobs.finish(jobId, outcome, error)
    return {}
  },
  'pin.get': ({ promptId }, asked, { pins }) => {
    mustOwnPrompt(asked, promptId)
    return pins.get(promptId)
  },
  'pin.answer': async ({ promptId, sealedPin }, asked, { pins }) => {
    mustOwnPrompt(asked, promptId)
    return await pins.answer(promptId, sealedPin)
  },
  'pair.begin': async (_params, _asked, { pairing }) => await pairing.begin(),
  'pair.confirm': async ({ pairingId, same }, _asked, { client, pairing }) => {
    await pairing.confirm(pairingId, same)
    await client.disconnect()
    await client.connect(true)
    return client.state
  },
  'tab.describe': async ({ tabId }) => await askTab<TabDescription>(tabId, { ask: 'describe' }, UNKNOWN_TAB),
  'tab.openPanel': async ({ tabId }) => await askTab(tabId, { ask: 'openPanel' }, { opened: false }),
  'tab.sign': async ({ tabId, documentName }) =>
    await askTab(tabId, { ask: 'sign', documentName }, { started: false }),
}

export function isPageMethod(name: string): name is PageMethod {
  return Object.hasOwn(answers, name)
}

/** Checks the shape of the params and answers. Throws SuoqiaoError. */
export async function answerPage(
  method: PageMethod,
  params: unknown,
  asked: Asked,
  services: PageServices,
): Promise<unknown> {
  const checked = v.safeParse(pageParams[method], params)
  if (!checked.success) throw new SuoqiaoError('request.invalid', { method })
  const answer = answers[method] as (params: unknown, asked: Asked, services: PageServices) => unknown
  return await answer(checked.output, asked, services)
}
