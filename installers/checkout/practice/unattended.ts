/** `npm start -- --headless --out DIR`: walks the whole journey without a person and leaves proof of it in DIR. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from '../browsers/browser.js'
import { type InstalledBrowser, launch } from './find-browser.js'
import { registerNativeHost, type Stack, startStack } from './stack.js'
import {
  CONTROLS,
  chooseCertificate,
  consentWindow,
  fileInPage,
  openUndertaking,
  pressSign,
  type Receipt,
  submit,
  typePin,
} from './steps.js'
import { type Verdict, verifySigned } from './verify.js'

/** The PIN of the practice token is no secret: its window says it. */
const PRACTICE_PIN = '123456'

/** Nobody listens there (RFC 863, discard): what browsers ask of their makers by themselves goes nowhere. */
const NOWHERE = '127.0.0.1:9'

interface Step {
  readonly name: string
  readonly ms: number
}

interface Summary {
  readonly ok: boolean
  readonly browser: string
  readonly steps: readonly Step[]
  readonly signed?: { readonly name: string; readonly size: number; readonly sha256: string }
  readonly verify?: Verdict
  readonly error?: string
}

/** Resolves with the exit code: 0 only when the signed file was accepted by our verifier and, where installed, pdfsig. */
export async function runUnattended(installed: InstalledBrowser, out: string): Promise<number> {
  await mkdir(out, { recursive: true })
  const dir = await mkdtemp(join(tmpdir(), 'suoqiao-'))
  const steps: Step[] = []
  let summary: Summary
  try {
    summary = await withBrowser(installed, dir, (parts) => walk(parts, out, steps))
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    summary = { ok: false, browser: installed.kind, steps, error: said }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
  await writeFile(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`)
  for (const { name, ms } of steps) console.log(`${String(ms).padStart(6)} ms  ${name}`)
  console.log(
    summary.ok ? `签好了：${join(out, 'signed.pdf')}` : `没有走完：${summary.error ?? '签章没有通过核对'}`,
  )
  return summary.ok ? 0 : 1
}

interface Parts {
  readonly stack: Stack
  readonly browser: Browser
}

async function withBrowser<T>(
  installed: InstalledBrowser,
  dir: string,
  act: (parts: Parts) => Promise<T>,
): Promise<T> {
  const env = { ...process.env, SUOQIAO_HOME: join(dir, 'home') }
  const profile = join(dir, 'profile')
  const stack = await startStack({ env, pinPrompt: 'extension', port: 0 })
  try {
    await registerNativeHost(profile, env)
    const browser = await launch(installed, {
      ...{ profile, headless: true, env: { HOME: profile } },
      proxy: NOWHERE,
    })
    try {
      return await act({ stack, browser })
    } finally {
      await browser.close()
    }
  } finally {
    await stack.stop()
  }
}

async function walk({ stack, browser }: Parts, out: string, steps: Step[]): Promise<Summary> {
  const timed = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    const start = performance.now()
    const result = await act()
    steps.push({ name, ms: Math.round(performance.now() - start) })
    return result
  }
  const picture = (name: string) => join(out, `${name}.png`)

  const portal = await browser.open(`${stack.origin}/#/first-entry/undertaking`)
  // High enough for the upload field to be in the pictures.
  await portal.resize(1366, 960)
  await timed('打开承诺书', () => openUndertaking(portal))
  await portal.screenshot(picture('1-portal-before'))
  await portal.waitFor(CONTROLS.panelReady)
  await portal.waitFor(CONTROLS.panelActive)
  await portal.screenshot(picture('2-panel'))
  await timed('点签章', () => pressSign(portal))
  const consent = await timed('打开确认窗口', () => consentWindow(browser))
  await timed('选证书', () => chooseCertificate(consent))
  await timed('画出要签的一页', async () => {
    await consent.waitFor(CONTROLS.consentDrawn)
    await consent.waitFor(CONTROLS.consentDigest)
    await consent.waitFor(CONTROLS.consentReady)
  })
  await consent.screenshot(picture('3-consent'))
  await timed('确认', () => consent.click(CONTROLS.consentSign))
  const pin = await timed('输入密码', () => typePin(browser, PRACTICE_PIN))
  await pin.screenshot(picture('4-pin'))
  await pin.click(CONTROLS.pinConfirm)
  await timed('签好并放回网页', () => fileInPage(portal))
  await timed('核对网页里的文件', () => portal.waitFor(CONTROLS.panelDone))
  await portal.screenshot(picture('5-portal-signed'))
  const receipt = await timed('提交', () => submit(portal))
  await portal.waitFor(CONTROLS.panelAfter)
  await portal.screenshot(picture('6-portal-after'))
  return await judge({ stack, browser }, { out, steps, receipt })
}

interface Result {
  readonly out: string
  readonly steps: readonly Step[]
  readonly receipt: Receipt
}

async function judge({ stack, browser }: Parts, { out, steps, receipt }: Result): Promise<Summary> {
  const path = join(out, 'signed.pdf')
  await copyFile(join(stack.home, 'practice', 'uploads', `${receipt.sha256}.pdf`), path)
  const verify = await verifySigned(path)
  const signed = { name: receipt.name, size: Number(receipt.size), sha256: receipt.sha256 }
  return { ok: verify.ok, browser: `${browser.name} ${browser.version}`, steps, signed, verify }
}
