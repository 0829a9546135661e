// @vitest-environment node
/** Every state of every screen, also those no journey reaches, drawn by Chromium: no axe fault, nothing cut off. */

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser } from '../../../installers/checkout/practice/find-browser.js'
import { plainPdf } from '../pdf/signing-stand'
import gallery from './gallery/vite.config'

const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
}
/** What is left of 1024 × 768 under the browser's own bars, and the consent window's own size. */
const looks = [
  { theme: 'light', text: 'normal', width: 960, height: 690 },
  { theme: 'dark', text: 'normal', width: 960, height: 690 },
  { theme: 'light', text: 'large', width: 1024, height: 678 },
] as const
type Look = (typeof looks)[number]

let folder: string
let server: Server
let browser: Browser
let names: string[]

async function serve(pdf: Uint8Array): Promise<Server> {
  const started = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://gallery')
    const file = pathname === '/' ? '/index.html' : pathname
    response.setHeader('content-type', mimeTypes[extname(file)] ?? 'application/octet-stream')
    response.end(file === '/fixture.pdf' ? pdf : await readFile(join(folder, file)).catch(() => ''))
  })
  await new Promise<void>((ready) => started.listen(0, '127.0.0.1', ready))
  return started
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'suoqiao-screens-'))
  // Named here, because only index.html names it and the checker of dead files does not read HTML.
  const page = fileURLToPath(new URL('./gallery/main.tsx', import.meta.url))
  expect(await readFile(page, 'utf8')).toContain('screens')
  await build({
    ...gallery,
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  })
  server = await serve(await plainPdf(3))
  const installed = findBrowser('chromium')
  if (!installed) throw new Error('no Chromium on this machine')
  browser = await chromium.launch({ executablePath: installed.path, args: ['--no-sandbox'] })
  const first = await open('')
  await first.waitForFunction('globalThis.screenNames')
  names = await first.evaluate(() => (globalThis as unknown as { screenNames: string[] }).screenNames)
  await first.close()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  server?.close()
  await rm(folder, { recursive: true, force: true })
})

async function open(screen: string): Promise<Page> {
  const { port } = server.address() as AddressInfo
  const page = await browser.newPage({
    viewport: { width: 960, height: 690 },
    // Colours that are still on their way would be judged half way.
    reducedMotion: 'reduce',
  })
  await page.goto(`http://127.0.0.1:${port}/?screen=${screen}`)
  return page
}

/** Loading costs more than judging: one page serves all looks. */
async function dress(page: Page, look: Look): Promise<void> {
  await page.setViewportSize({ width: look.width, height: look.height })
  await page.evaluate(({ theme, text }) => {
    Object.assign(document.documentElement.dataset, { theme, text })
  }, look)
}

async function judge(page: Page): Promise<string[]> {
  return await page.evaluate(async () => {
    const { axe: judging } = globalThis as unknown as { axe: typeof axe }
    const { violations } = await judging.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
    })
    const cut = document.documentElement.scrollWidth > document.documentElement.clientWidth ? ['cut off'] : []
    return [...violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`), ...cut]
  })
}

async function faultsOf(screen: string): Promise<string[]> {
  const page = await open(screen)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`${screen}: ${error.message}`))
  await page.waitForSelector('h1, h2')
  if (screen.startsWith('consent')) await page.waitForSelector('[data-testid="paper"][data-drawn="true"]')
  await page.evaluate(axe.source)
  for (const look of looks) {
    await dress(page, look)
    faults.push(...(await judge(page)).map((fault) => `${screen}, ${look.theme}, ${look.text}: ${fault}`))
  }
  await page.close()
  return faults
}

describe('every screen of ours', () => {
  it('has no fault and nothing cut off, in light, in dark and with large text', async () => {
    expect(names.length).toBeGreaterThan(20)
    const faults: string[] = []
    for (const screen of names) faults.push(...(await faultsOf(screen)))
    expect(faults).toEqual([])
  }, 300_000)
})
