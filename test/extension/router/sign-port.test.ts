/** The signing conversation: content script on one side, router and job desk on the other, both real. */
import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fakeBrowser } from 'wxt/testing/fake-browser'
import { saveSigned } from '../../../extension/src/jobs/job-store'
import { SignClient, type SignPort, type Stage } from '../../../extension/src/panel/sign-client'
import { SIGN_PORT } from '../../../extension/src/router/messages'
import { signedName } from '../../../extension/src/router/sign-port'
import {
  type Background,
  PORTAL_PAGE,
  page,
  portPair,
  startBackground,
  wakeBackground,
} from './background-stand'

const LIMIT = 5 * 1024 * 1024
/** Megabytes through JSON on a busy machine. */
const PATIENT = { timeout: 20_000 }
const documentName = '企业诚信守法承诺书'
const answer = () => ({ tokens: [], failed: [] })
let background: Background
/** The ports that were opened, newest last: how the background sees the page leave, and the page the worker stop. */
let ports: { pageLeaves(): void; workerStops(): void }[] = []

beforeEach(async () => {
  ports = []
  background = await startBackground(answer)
})
afterEach(() => vi.unstubAllGlobals())

/** Joins the content script's port to the background that is awake now. */
function connect(): SignPort {
  const pair = portPair(SIGN_PORT, PORTAL_PAGE)
  const listeners: ((message: unknown) => void)[] = []
  const gone: (() => void)[] = []
  const port = {
    ...pair.port,
    postMessage: (message: unknown) => {
      const copy = JSON.parse(JSON.stringify(message))
      for (const listener of listeners) listener(copy)
    },
  }
  background.router.connect(port)
  ports.push({ pageLeaves: () => pair.page.close(), workerStops: () => gone.map((listener) => listener()) })
  return {
    onMessage: { addListener: (listener) => void listeners.push(listener) },
    onDisconnect: { addListener: (listener) => void gone.push(listener) },
    postMessage: (message) => pair.page.post(message),
    disconnect: () => pair.page.close(),
  }
}

const pdf = (size: number): File => new File([randomBytes(size)], '企业诚信守法承诺书.pdf')

function sign(file: File, stages: Stage[] = []) {
  const client = new SignClient(connect, () => {})
  const signed = client.sign({
    file,
    documentName,
    limitBytes: LIMIT,
    onStage: (stage) => stages.push(stage),
  })
  signed.catch(() => {})
  return { client, signed }
}

const jobId = async (): Promise<string> => {
  await expect.poll(() => background.windows.size, PATIENT).toBe(1)
  return new URL([...background.windows.values()][0] ?? '').searchParams.get('job') ?? ''
}

const finish = (id: string, outcome: string) =>
  background.router.message(
    { id: 'f', method: 'job.finish', params: { jobId: id, outcome } },
    page(`/consent.html?job=${id}`),
  )

const storedFiles = async (): Promise<number> =>
  (indexedDB as unknown as { stores: Map<string, Map<string, unknown>> }).stores.get('jobs')?.size ?? 0

test('a file of many pieces reaches the consent window and the signed one comes back, byte for byte', async () => {
  const stages: Stage[] = []
  const { signed } = sign(pdf(1_400_000), stages)
  const id = await jobId()
  const shown = await background.router.message(
    { id: 'g', method: 'job.get', params: { jobId: id } },
    page(`/consent.html?job=${id}`),
  )
  expect(shown).toMatchObject({
    result: {
      documentName,
      limitBytes: LIMIT,
      practice: false,
      portal: { id: 'xinjiang-cloud', origin: 'http://jsy.xjjs.gov.cn', topOrigin: 'http://jsy.xjjs.gov.cn' },
    },
  })
  const result = randomBytes(1_420_000)
  await saveSigned(id, new Blob([result]))
  await finish(id, 'signed')
  const file = await signed
  expect(file.name).toBe('企业诚信守法承诺书-已签章.pdf')
  const digest = createHash('sha256')
    .update(Buffer.from(await file.arrayBuffer()))
    .digest('hex')
  expect(digest).toBe(createHash('sha256').update(result).digest('hex'))
  expect(stages).toEqual(['sending', 'received', 'consent'])
  await expect.poll(storedFiles, PATIENT).toBe(0)
})

test('5 MB less one byte is taken, 5 MB is not', async () => {
  const { signed } = sign(pdf(LIMIT))
  await expect(signed).rejects.toMatchObject({ code: 'pdf.too-large' })
  expect(background.windows.size).toBe(0)
  sign(pdf(LIMIT - 1))
  expect(await jobId()).not.toBe('')
})

test('a signed file that has grown to 5 MB is not given back', async () => {
  const { signed } = sign(pdf(1000))
  const id = await jobId()
  await saveSigned(id, new Blob([randomBytes(LIMIT)]))
  await finish(id, 'signed')
  await expect(signed).rejects.toMatchObject({ code: 'pdf.too-large' })
  await expect.poll(storedFiles, PATIENT).toBe(0)
})

test('closing the consent window is a refusal, and the file is wiped', async () => {
  const { signed } = sign(pdf(1000))
  await jobId()
  await background.jobs.windowClosed(100)
  await expect(signed).rejects.toMatchObject({ code: 'consent.refused' })
  await expect.poll(storedFiles, PATIENT).toBe(0)
})

test('“signed” without a signed file is not believed', async () => {
  const { signed } = sign(pdf(1000))
  await finish(await jobId(), 'signed')
  await expect(signed).rejects.toMatchObject({ code: 'pdf.verify-failed' })
})

test('a page that goes away closes the consent window and wipes the file', async () => {
  sign(pdf(1000))
  await jobId()
  ports[0]?.pageLeaves()
  await expect.poll(storedFiles, PATIENT).toBe(0)
  await expect.poll(() => background.windows.size, PATIENT).toBe(0)
})

test('a user who changes his mind in the panel gets a refusal', async () => {
  const { client, signed } = sign(pdf(1000))
  await jobId()
  client.cancel()
  await expect(signed).rejects.toMatchObject({ code: 'consent.refused' })
  await expect.poll(storedFiles, PATIENT).toBe(0)
})

test('a job outlives a stopped worker: the page listens again and gets its file', async () => {
  const { signed } = sign(pdf(1000))
  const id = await jobId()
  background = await wakeBackground(answer)
  ports[0]?.workerStops()
  await saveSigned(id, new Blob([randomBytes(1200)]))
  await finish(id, 'signed')
  expect((await signed).size).toBe(1200)
  expect(ports).toHaveLength(2)
})

test('a document the portal file does not name is refused', async () => {
  const client = new SignClient(connect, () => {})
  const asked = { file: pdf(10), documentName: '授权委托书', limitBytes: 1e9, onStage: () => {} }
  await expect(client.sign(asked)).rejects.toMatchObject({ code: 'request.invalid' })
})

test('pieces out of order, too many or not base64 end the job', async () => {
  const begin = { t: 'begin', file: { name: 'a.pdf', size: 4 }, documentName, limitBytes: LIMIT }
  for (const chunks of [
    [{ t: 'chunk', n: 1, base64: 'AAAA', last: true }],
    [{ t: 'chunk', n: 0, base64: 'AAAAAAAA', last: true }],
    [{ t: 'chunk', n: 0, base64: '%%%', last: true }],
    [{ t: 'chunk', n: 0, base64: 'AAAA', last: true }],
    [{ t: 'sign', what: 'everything' }],
  ]) {
    const pair = portPair(SIGN_PORT, PORTAL_PAGE)
    background.router.connect(pair.port)
    for (const message of [begin, ...chunks]) pair.page.post(message)
    await expect
      .poll(() => pair.page.received.at(-1), PATIENT)
      .toMatchObject({ t: 'error', error: { code: 'request.invalid' } })
  }
  expect(background.windows.size).toBe(0)
})

test('a consent window that cannot be opened leaves nothing behind, and the next press starts anew', async () => {
  const create = fakeBrowser.windows.create
  fakeBrowser.windows.create = (async () => {
    throw new Error('no window')
  }) as never
  const { client, signed } = sign(pdf(1000))
  await expect(signed).rejects.toMatchObject({ code: 'bridge.internal' })
  expect(await storedFiles()).toBe(0)
  fakeBrowser.windows.create = create
  const again = client.sign({ file: pdf(1000), documentName, limitBytes: LIMIT, onStage: () => {} })
  again.catch(() => {})
  const id = await jobId()
  await finish(id, 'refused')
  await expect(again).rejects.toMatchObject({ code: 'consent.refused' })
})

test('P0 8: a page of another tab can neither take over a job nor end it', async () => {
  const { signed } = sign(pdf(1000))
  const id = await jobId()
  const thief = portPair(SIGN_PORT, { ...PORTAL_PAGE, tab: { id: 8 } })
  background.router.connect(thief.port)
  thief.page.post({ t: 'resume', jobId: id })
  await expect
    .poll(() => thief.page.received.at(-1), PATIENT)
    .toMatchObject({ t: 'error', error: { code: 'consent.expired' } })
  thief.page.post({ t: 'cancel' })
  thief.page.close()
  await saveSigned(id, new Blob([randomBytes(1200)]))
  await finish(id, 'signed')
  expect((await signed).size).toBe(1200)
  expect(thief.page.received).toHaveLength(1)
})

test('a file name cannot forge a second line or run backwards in the consent window', async () => {
  const client = new SignClient(connect, () => {})
  const file = new File([randomBytes(100)], '承诺\u202efdp.exe\n网站：\u0007假.pdf')
  client.sign({ file, documentName, limitBytes: LIMIT, onStage: () => {} }).catch(() => {})
  const id = await jobId()
  const shown = await background.router.message(
    { id: 'g', method: 'job.get', params: { jobId: id } },
    page(`/consent.html?job=${id}`),
  )
  expect(shown).toMatchObject({ result: { file: { name: '承诺fdp.exe网站：假.pdf' } } })
})

test('the name of the signed file says so once', () => {
  expect(signedName('承诺书.pdf')).toBe('承诺书-已签章.pdf')
  expect(signedName('承诺书-已签章.pdf')).toBe('承诺书-已签章.pdf')
  expect(signedName('承诺书.PDF')).toBe('承诺书-已签章.pdf')
})
