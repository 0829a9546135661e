/** A token or a person that fails in the middle of pdf.sign, seen from the extension: a coded sentence, and the daemon stays quick. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CertificateInfo, Params, Reply, TokenInfo } from '@suoqiao/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBridge, temporaryHome } from '../../stands/built-bridge.js'
import { createFaultyToken, type FaultyToken } from '../../stands/faulty-token.js'
import { obtainSession } from '../../stands/native-peer.js'
import { PORTAL, paramsSha256, pdfParams } from '../../stands/signing-desk.js'
import { ask, connectPeer, type SocketPeer } from '../../stands/socket-peer.js'

const PINENTRY = resolve(import.meta.dirname, '../../stands/pinentry-script.mjs')
const context = { origin: PORTAL, topOrigin: PORTAL, frameId: 0 }

let stand: FaultyToken
beforeAll(async () => {
  stand = await createFaultyToken()
})
afterAll(() => stand.remove())

function resultOf<T>(reply: Reply): T {
  if ('error' in reply) throw new Error(reply.error.code)
  return reply.result as T
}

/** A daemon with the faulty library in its settings, and everything a signature needs. */
async function openDesk() {
  await stand.shim.setFaults()
  const home = temporaryHome()
  mkdirSync(home, { recursive: true })
  const control = join(home, '..', 'answers')
  const { library, sha256 } = stand.shim
  const settings = { providers: [{ id: 'shim', library, sha256 }], pinPrompt: `pinentry:${PINENTRY}` }
  writeFileSync(join(home, 'settings.json'), JSON.stringify(settings))
  const { SOFTHSM2_CONF } = stand.hsm.env
  await startBridge({ home, env: { SOFTHSM2_CONF, SUOQIAO_TEST_PINENTRY: control } })
  const welcome = await obtainSession(home)
  const peer = await connectPeer(welcome)
  const { tokens } = resultOf<{ tokens: TokenInfo[] }>(await ask(peer, 'token.list'))
  const tokenId = tokens.find(({ provider }) => provider === 'shim')?.id ?? ''
  const found = await ask(peer, 'token.certificates', { tokenId })
  const { certificates } = resultOf<{ certificates: CertificateInfo[] }>(found)
  const rsa = certificates.find(({ keyType }) => keyType === 'RSA-2048')?.id ?? ''
  return {
    peer,
    watcher: await connectPeer(welcome),
    params: pdfParams(tokenId, rsa),
    answers: (...lines: string[]) => writeFileSync(control, lines.join('\n')),
  }
}

async function sign(peer: SocketPeer, params: Params<'pdf.sign'>): Promise<Reply> {
  const asked = {
    method: 'pdf.sign',
    certificateId: params.certificateId,
    paramsSha256: paramsSha256(params),
  }
  const { ticket } = resultOf<{ ticket: string }>(await ask(peer, 'session.consent', asked, { context }))
  return await ask(peer, 'pdf.sign', params, { context: { ...context, consent: ticket } })
}

/** Asks for the status over and over while `work` runs; how long each answer took, milliseconds, slowest last. */
async function answerTimes(watcher: SocketPeer, work: Promise<unknown>): Promise<number[]> {
  let isOver = false
  const end = work.finally(() => {
    isOver = true
  })
  const times: number[] = []
  while (!isOver) {
    const asked = performance.now()
    resultOf(await ask(watcher, 'session.status'))
    times.push(performance.now() - asked)
    await sleep(25)
  }
  await end
  return times.sort((a, b) => a - b)
}

/** What goes wrong, the code the page gets, how often a PIN may have reached the token, and what the person does. */
const cases: readonly (readonly [string, string, number, { fault?: string; answers?: readonly string[] }])[] =
  [
    ['a library that hangs', 'provider.timeout', 1, { fault: 'C_Sign hang' }],
    ['a library that crashes (SIGSEGV)', 'provider.crashed', 1, { fault: 'C_Sign segv' }],
    ['a library that aborts', 'provider.crashed', 1, { fault: 'C_Sign abort' }],
    ['a library that eats the memory', 'provider.crashed', 1, { fault: 'C_Sign memory' }],
    ['a library that turns in a circle', 'provider.timeout', 1, { fault: 'C_Sign spin' }],
    ['a UKey that is pulled out (CKR_DEVICE_REMOVED)', 'token.removed', 1, { fault: 'C_Sign rv 0x32' }],
    ['a wrong password and then 取消', 'token.pin-cancelled', 1, { answers: ['pin 000000', 'cancel'] }],
    [
      'the last try, given up',
      'token.pin-cancelled',
      0,
      { fault: 'C_GetTokenInfo flags 0x20000', answers: ['refuse'] },
    ],
    ['a locked UKey', 'token.pin-locked', 0, { fault: 'C_GetTokenInfo flags 0x40000' }],
    ['取消', 'token.pin-cancelled', 0, { answers: ['cancel'] }],
  ]

describe('P0 12: a signature that goes wrong in the running daemon', () => {
  it.each(cases)(
    '%s: %s within a sentence, the status comes within 50 ms, and the next one signs',
    {
      retry: 1,
      timeout: 90_000,
    },
    async (_what, code, logins, { fault, answers }) => {
      const { peer, watcher, params, answers: type } = await openDesk()
      await stand.shim.setFaults(...(fault ? [fault] : []))
      await stand.shim.resetCalls()
      type(...(answers ?? [`pin ${stand.hsm.pin}`]))
      const signing = sign(peer, params)
      const times = await answerTimes(watcher, signing)
      const reply = await signing
      expect(reply).toMatchObject({ error: { code, message: expect.stringMatching(/[\u4e00-\u9fff].*。$/) } })
      // Nineteen of twenty: on two busy cores a process may wait its turn for longer. A daemon that blocks while the
      // library does would show as one answer of many seconds; faults.test.ts measures its own pauses apart from the machine's.
      expect(times.at(Math.floor(times.length * 0.95) - 1)).toBeLessThan(50)
      expect(times.at(-1)).toBeLessThan(1000)
      expect(await stand.shim.callsOf('C_Login')).toBe(logins)
      await stand.shim.setFaults()
      type(`pin ${stand.hsm.pin}`)
      expect(resultOf<{ cms: string }>(await sign(peer, params)).cms.length).toBeGreaterThan(1000)
    },
  )

  it('P0 14: a second signature of the same UKey is refused while the first one waits', async () => {
    const { peer, watcher, params, answers } = await openDesk()
    answers(`slow ${stand.hsm.pin}`)
    const first = sign(peer, params)
    await sleep(300)
    expect(await sign(watcher, params)).toMatchObject({ error: { code: 'token.busy' } })
    expect(resultOf<{ cms: string }>(await first).cms).not.toBe('')
  })
})
