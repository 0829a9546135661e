/** P0 9 on the bridge's side: a PIN nobody else uses, and a search for it wherever it could have been left. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { toWireError } from '@suoqiao/protocol'
import { expect, it, onTestFinished } from 'vitest'
import { makeCaller } from '../../stands/caller.js'
import { sealPin } from '../../stands/seal-pin.js'
import { openSigningDesk, pdfParams, sha256 } from '../../stands/signing-desk.js'

const STANDS = resolve(import.meta.dirname, '../../stands')
/** Letters only: found as it is in JSON, in a log and in a heap snapshot. */
const canary = (): string =>
  randomBytes(24)
    .toString('base64')
    .replace(/[^A-Za-z]/g, '')
    .slice(0, 14)

/** The PIN in every dress it could be left in. */
function dresses(pin: string): Buffer[] {
  const bytes = Buffer.from(pin)
  const texts = [pin, bytes.toString('base64'), bytes.toString('hex'), bytes.toString('hex').toUpperCase()]
  return [...texts.map((text) => Buffer.from(text)), Buffer.from(pin, 'utf16le')]
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
}

it('P0 9: no wrong or right PIN is left in a result, event, error, journal or file of the bridge', async () => {
  const [right, wrong] = [canary(), canary()]
  const desk = await openSigningDesk({ pin: right })
  onTestFinished(() => desk.close())
  const params = pdfParams((await desk.token()).id, desk.certificateId('rsa'))
  const caller = makeCaller()
  desk.answers(`pin ${wrong}`, `pin ${right}`)
  const result = await desk.sign(params, caller)
  desk.answers(`pin ${wrong}`, 'crash')
  const failure = await desk.sign(params, caller).catch((error: unknown) => error)

  const error = failure as Error
  const left = [result, caller.events, toWireError(failure), desk.conversation(), desk.journalText()]
  const traces = [...left.map((part) => JSON.stringify(part)), error.stack ?? '', String(error.cause)]
  const files = filesUnder(desk.directory).filter((path) => !path.includes('/tokens/'))
  expect(files.length).toBeGreaterThan(5)
  const places = [...traces.map((text) => Buffer.from(text)), ...files.map((path) => readFileSync(path))]
  for (const dress of [...dresses(right), ...dresses(wrong)]) {
    for (const place of places) expect(place.includes(dress)).toBe(false)
  }
})

async function runPinHeap(leak: boolean) {
  const directory = mkdtempSync(join(tmpdir(), 'suoqiao-heap-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }))
  const [typed, sealed] = [canary(), canary()]
  const control = join(directory, 'answers')
  writeFileSync(control, `pin ${typed}`)
  const key = randomBytes(32)
  const snapshot = join(directory, 'process.heapsnapshot')
  const program = ['--import', 'tsx', join(STANDS, 'pin-heap.mjs'), join(STANDS, 'pinentry-script.mjs')]
  const env = { ...process.env, SUOQIAO_TEST_PINENTRY: control }
  const child = spawn(process.execPath, [...program, key.toString('hex'), snapshot, leak ? 'leak' : ''], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let last: Record<string, unknown> = {}
  for await (const line of createInterface({ input: child.stdout })) {
    last = JSON.parse(line)
    if (last.event !== 'pin.requested') continue
    const promptId = String(last.promptId)
    child.stdin.write(`${JSON.stringify({ promptId, sealedPin: await sealPin(key, promptId, sealed) })}\n`)
  }
  expect(last).toMatchObject({
    fromPinentry: sha256(Buffer.from(typed)),
    fromExtension: sha256(Buffer.from(sealed)),
  })
  const heap = readFileSync(snapshot)
  return { heap, pins: [typed, sealed] }
}

it('P0 9: no PIN becomes a string in the memory of the bridge, typed in pinentry or in the extension', async () => {
  const { heap, pins } = await runPinHeap(false)
  expect(heap.includes('用最后一次机会') || heap.includes('\\u7528')).toBe(true)
  for (const pin of pins) for (const dress of dresses(pin)) expect(heap.includes(dress)).toBe(false)
})

it('P0 9: that search would find a PIN that had become a string', async () => {
  const { heap, pins } = await runPinHeap(true)
  for (const pin of pins) expect(heap.includes(pin)).toBe(true)
})
