/** From waking Chrome's stopped worker to a connection whose daemon has been verified, in a real Chromium. */
import { createHash, generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench, Benchmark } from './bench.js'
import { type ExtensionPage, OUR_EXTENSION_ID, startChromium } from './chromium-extension.js'
import { startDaemon } from './daemon.js'
import { p95, spread } from './statistics.js'

const N = 25
const WARM_UP = 3
const BUDGET_MS = 150

/** The peer: an extension whose worker only answers. What is left after it is ours: start-up, handshake, proof. */
async function writeBareExtension(bench: Bench): Promise<{ readonly dir: string; readonly id: string }> {
  const dir = await bench.makeDir('bare-extension')
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const der = publicKey.export({ type: 'spki', format: 'der' })
  const manifest = {
    manifest_version: 3,
    name: 'bare',
    version: '1',
    key: der.toString('base64'),
    background: { service_worker: 'worker.js' },
  }
  await writeFile(join(dir, 'manifest.json'), JSON.stringify(manifest))
  await writeFile(join(dir, 'worker.js'), 'chrome.runtime.onMessage.addListener((m, s, reply) => reply(m))')
  return { dir, id: chromeId(der) }
}

/** Chrome's id of a key: the first 16 bytes of its SHA-256, hex digits written a to p. */
function chromeId(der: Buffer): string {
  const hex = createHash('sha256').update(der).digest('hex').slice(0, 32)
  return [...hex].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join('')
}

/** One round: stop the worker, wake it by asking for a connection, and insist that there is one. */
async function reconnect(page: ExtensionPage, round: number): Promise<number> {
  await page.stopWorker()
  const { ms, reply } = await page.ask({ id: `bench-${round}`, method: 'bridge.connect', params: {} })
  const text = JSON.stringify(reply)
  if (!text.includes('"state":"connected"') || !text.includes('"transport":"websocket"')) {
    throw new Error(`not connected: ${text}`)
  }
  return ms
}

async function wakeOnly(page: ExtensionPage): Promise<number> {
  await page.stopWorker()
  return (await page.ask({})).ms
}

export default {
  ids: ['reconnect.p95'],
  run: async (bench) => {
    const extension = join(bench.root, 'extension', 'dist', 'practice-chrome')
    if (!existsSync(extension)) throw new Error('extension/dist/practice-chrome is not built')
    const home = await bench.makeDir('reconnect')
    await startDaemon(bench, { home })
    const bare = await writeBareExtension(bench)
    const browser = await startChromium(bench, home, extension, [bare.dir])
    const ourPage = await browser.openPage(OUR_EXTENSION_ID)
    const barePage = await browser.openPage(bare.id)
    const ours: number[] = []
    const theirs: number[] = []
    for (let i = -WARM_UP; i < N; i += 1) {
      const [ms, peerMs] = [await reconnect(ourPage, i + WARM_UP), await wakeOnly(barePage)]
      if (i >= 0) ours.push(ms)
      if (i >= 0) theirs.push(peerMs)
    }
    bench.report({
      id: 'reconnect.p95',
      value: p95(ours),
      unit: 'ms',
      budget: BUDGET_MS,
      peer: 'waking a worker that only answers',
      peerValue: p95(theirs),
      ratio: p95(ours) / p95(theirs),
      n: N,
      note: spread(ours, 0),
    })
  },
} satisfies Benchmark
