/** Requests of pages: what is answered, what is refused, and that the bridge hears of neither forged nor foreign ones. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { SignJob } from '../../../extension/src/router/messages'
import type { SenderFacts } from '../../../extension/src/router/sender'
import { traceLines } from '../../../extension/src/router/trace'
import { type Background, PORTAL_PAGE, page, portPair, SELF, startBackground } from './background-stand'

const tokens = { tokens: [], failed: [] }
let background: Background

beforeEach(async () => {
  background = await startBackground((method) =>
    method === 'session.consent' ? { ticket: 'ticket-1', expiresInS: 60 } : tokens,
  )
})
afterEach(() => vi.unstubAllGlobals())

const ask = (sender: SenderFacts, method: string, params: unknown = {}) =>
  background.router.message({ id: 'r1', method, params }, sender)

const refused = { id: 'r1', error: { code: 'request.not-allowed' } }

const job: SignJob = {
  id: 'job-1',
  file: { name: '承诺书.pdf', size: 3 },
  portal: {
    id: 'xinjiang-cloud',
    name: '新疆工程建设云',
    origin: 'http://jsy.xjjs.gov.cn',
    topOrigin: 'http://jsy.xjjs.gov.cn',
  },
  documentName: '企业诚信守法承诺书',
  limitBytes: 5_242_880,
  practice: false,
  state: 'waiting',
}
const listener = { onSigning: () => {}, onEnd: () => {} }

const strangers: Record<string, SenderFacts> = {
  'the portal’s page, through a content script': PORTAL_PAGE,
  'an iframe of another site': { ...PORTAL_PAGE, url: 'https://evil.example/', frameId: 3 },
  'a sandboxed frame': { ...PORTAL_PAGE, origin: 'null', frameId: 3 },
  'another extension': { id: 'someone-else', url: `${SELF.origin}/popup.html` },
  'a page of ours inside a frame': { ...page('/popup.html'), frameId: 1 },
}
const methods = [
  'bridge.state',
  'bridge.call',
  'job.call',
  'job.finish',
  'pin.get',
  'pin.answer',
  'pair.begin',
]

for (const [who, sender] of Object.entries(strangers)) {
  test(`P0 8 ${who} gets nothing from the requests meant for our own pages`, async () => {
    for (const method of methods) expect(await ask(sender, method)).toMatchObject(refused)
    expect(background.daemon.connections).toBe(0)
  })
}

test('P0 8 an origin written into the message changes nothing', async () => {
  await background.jobs.begin(job, 7, new Blob(['pdf']), listener)
  const forged = { origin: 'https://evil.example', topOrigin: 'https://evil.example', frameId: 0 }
  const params = {
    jobId: 'job-1',
    method: 'token.list',
    params: {},
    context: forged,
  }
  const asked = { id: 'r1', method: 'job.call', params, context: forged }
  expect(await background.router.message(asked, page('/consent.html?job=job-1'))).toEqual({
    id: 'r1',
    result: tokens,
  })
  expect(background.daemon.rpcFrames.at(-1)?.context).toEqual({
    origin: 'http://jsy.xjjs.gov.cn',
    topOrigin: 'http://jsy.xjjs.gov.cn',
    frameId: 0,
  })
})

test('P0 10 the consent window passes its ticket on, and only for its own job', async () => {
  await background.jobs.begin(job, 7, new Blob(['pdf']), listener)
  const window = page('/consent.html?job=job-1')
  const call = (jobId: string, method: string) =>
    ask(window, 'job.call', { jobId, method, params: {}, consent: 'ticket-1' })
  expect(await call('job-1', 'token.list')).toMatchObject({ result: tokens })
  expect(background.daemon.rpcFrames.at(-1)?.context).toMatchObject({ consent: 'ticket-1' })
  expect(await call('job-2', 'token.list')).toMatchObject(refused)
  expect(await call('job-1', 'token.answerPin')).toMatchObject(refused)
  expect(await call('job-1', 'token.signDigest')).toMatchObject(refused)
  const popup = { jobId: 'job-1', method: 'token.list', params: {} }
  expect(await ask(page('/popup.html?job=job-1'), 'job.call', popup)).toMatchObject(refused)
})

test('a page asks the bridge in its own name, for lists only', async () => {
  const call = (method: string) => ask(page('/popup.html'), 'bridge.call', { method, params: {} })
  expect(await call('token.list')).toEqual({ id: 'r1', result: tokens })
  expect(background.daemon.rpcFrames.at(-1)?.context).toMatchObject({ origin: SELF.origin })
  for (const method of ['pdf.sign', 'token.signDigest', 'session.consent', 'token.answerPin']) {
    expect(await call(method)).toMatchObject(refused)
  }
})

test('P0 9 a PIN window answers only its own prompt, once, and never in clear', async () => {
  const pin = { triesLeft: 8, low: false, finalTry: false, locked: false }
  const prompt = { promptId: 'prompt-0123456789', title: '', tokenLabel: 'k', fileName: 'f', digestStart: '' }
  await ask(page('/popup.html'), 'bridge.connect')
  await background.pins.open({ ...prompt, practice: true, wrong: false, pin })
  expect([...background.windows.values()]).toEqual([`${SELF.origin}/pin.html?prompt=prompt-0123456789`])
  const window = page('/pin.html?prompt=prompt-0123456789')
  const own = { promptId: 'prompt-0123456789' }
  expect(await ask(page('/pin.html?prompt=other'), 'pin.get', own)).toMatchObject(refused)
  expect(await ask(page('/consent.html'), 'pin.get', own)).toMatchObject(refused)
  const seen = await ask(window, 'pin.get', own)
  expect(seen).toMatchObject({ result: { promptId: 'prompt-0123456789', practice: true } })
  expect('result' in seen && (seen.result as { sealKey: string }).sealKey).toHaveLength(44)
  await ask(window, 'pin.answer', { ...own, sealedPin: null })
  expect(await ask(window, 'pin.answer', { ...own, sealedPin: null })).toMatchObject({
    error: { code: 'token.pin-cancelled' },
  })
  expect(background.daemon.rpcFrames.filter(({ method }) => method === 'token.answerPin')).toHaveLength(1)
})

test('malformed and unknown requests are answered in the envelope', async () => {
  expect(await background.router.message('hello', page('/popup.html'))).toMatchObject({
    error: { code: 'request.invalid' },
  })
  expect(await ask(page('/popup.html'), 'bridge.toString')).toMatchObject({
    error: { code: 'request.unknown-method' },
  })
  expect(await ask(page('/popup.html'), 'tab.describe', { tabId: 'all' })).toMatchObject({
    error: { code: 'request.invalid' },
  })
})

test('an error code that only exists in every object is none of ours', async () => {
  await background.jobs.begin(job, 7, new Blob(['pdf']), listener)
  for (const code of ['constructor', 'toString', '__proto__', 'no.such']) {
    const params = { jobId: 'job-1', outcome: 'failed', error: { code, message: '' } }
    expect(await ask(page('/consent.html?job=job-1'), 'job.finish', params)).toMatchObject({
      error: { code: 'request.invalid' },
    })
  }
})

test('P0 8 a port of the wrong name or from the wrong page is refused and cut', () => {
  for (const [name, sender] of [
    ['suoqiao-sign', { ...PORTAL_PAGE, url: 'http://jsy.xjjs.gov.cn.evil.example/', origin: undefined }],
    ['suoqiao-sign', page('/popup.html')],
    ['other', PORTAL_PAGE],
  ] as const) {
    const pair = portPair(name, sender)
    background.router.connect(pair.port)
    expect(pair.page.received).toMatchObject([{ t: 'error', error: { code: 'request.not-allowed' } }])
    expect(pair.page.isCut()).toBe(true)
  }
})

test('every hop of a request leaves one line with its id and its outcome, and no value', async () => {
  const params = { method: 'token.list', params: {} }
  await background.router.message({ id: 'traced-1', method: 'bridge.call', params }, page('/popup.html'))
  await background.router.message({ id: 'traced-2', method: 'bridge.call', params }, PORTAL_PAGE)
  const lines = traceLines().filter(({ id }) => id.startsWith('traced-'))
  expect(lines.map(({ id, hop, method, outcome }) => [id, hop, method, outcome])).toEqual([
    ['traced-1', 'bridge', 'token.list', 'ok'],
    ['traced-1', 'page', 'bridge.call', 'ok'],
    ['traced-2', 'page', 'bridge.call', 'request.not-allowed'],
  ])
  expect(Object.keys(lines[0] ?? {}).toSorted()).toEqual(['at', 'hop', 'id', 'method', 'ms', 'outcome'])
})
