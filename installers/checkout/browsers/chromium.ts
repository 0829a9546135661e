/** Chromium (or Edge) under control by playwright-core, with the extension loaded and no traffic of its own. */
import { readFile } from 'node:fs/promises'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { type Browser, type LaunchOptions, type Tab, until, WAIT_MS } from './browser.js'

/** No telemetry, no updates, no first-run pages: a test run talks to 127.0.0.1 only. */
const QUIET = [
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--no-default-browser-check',
  '--password-store=basic',
]

/** Starts the browser; the extension's id follows from the key in its manifest. */
export async function launchChromium(executable: string, options: LaunchOptions): Promise<Browser> {
  const context = await chromium.launchPersistentContext(options.profile, {
    executablePath: executable,
    headless: false,
    viewport: null,
    colorScheme: options.dark === true ? 'dark' : 'light',
    locale: 'zh-CN',
    env: { ...process.env, ...options.env } as Record<string, string>,
    args: [
      ...(options.headless ? ['--headless=new', '--window-size=1366,768'] : []),
      // Chromium refuses to start as root with its sandbox; containers and CI run as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...QUIET,
      `--disable-extensions-except=${options.extension}`,
      `--load-extension=${options.extension}`,
      ...(options.proxy === undefined ? [] : [`--proxy-server=${options.proxy}`]),
      ...(options.switches ?? []),
    ],
  })
  return new Chromium(context, options.profile, await extensionOrigin(options.extension))
}

async function extensionOrigin(directory: string): Promise<string> {
  const manifest = JSON.parse(await readFile(`${directory}/manifest.json`, 'utf8')) as { key?: string }
  const key = Buffer.from(manifest.key ?? '', 'base64')
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', key)).toString('hex')
  // Chrome's ids are the first 32 hex digits of the key's hash, written with the letters a to p.
  const id = [...hash.slice(0, 32)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)))
  return `chrome-extension://${id.join('')}`
}

/** `context` is for what only Chromium can be asked (the worker, the protocol of the developer tools). */
export class Chromium implements Browser {
  readonly name = 'chromium'
  readonly closed: Promise<void>
  readonly version: string
  readonly context: BrowserContext
  readonly profile: string
  readonly extensionOrigin: string

  constructor(context: BrowserContext, profile: string, origin: string) {
    this.context = context
    this.profile = profile
    this.extensionOrigin = origin
    this.version = context.browser()?.version() ?? ''
    this.closed = new Promise((resolve) => context.once('close', () => resolve()))
    context.setDefaultTimeout(WAIT_MS)
  }

  async open(url: string): Promise<ChromiumTab> {
    const page = await this.context.newPage()
    await page.goto(url)
    return new ChromiumTab(page)
  }

  async waitForTab(addressPart: string, timeoutMs = WAIT_MS): Promise<ChromiumTab> {
    const find = async () => this.context.pages().find((page) => page.url().includes(addressPart))
    const page = await until(`a window with ${addressPart}`, find, timeoutMs)
    await page.waitForLoadState('domcontentloaded')
    return new ChromiumTab(page)
  }

  async addresses(): Promise<readonly string[]> {
    return this.context.pages().map((page) => page.url())
  }

  async close(): Promise<void> {
    await this.context.close()
  }
}

/** A tab of Chromium; `page` is for what only playwright offers. */
export class ChromiumTab implements Tab {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async url(): Promise<string> {
    return this.page.isClosed() ? '' : this.page.url()
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url)
  }

  evaluate<T>(expression: string): Promise<T> {
    return this.page.evaluate(expression)
  }

  async click(selector: string): Promise<void> {
    const element = this.page.locator(selector).first()
    await element.waitFor({ state: 'visible' })
    // A control that is off stays focusable (aria-disabled), so playwright's own check does not see it.
    const isOn = async () => ((await element.getAttribute('aria-disabled')) === 'true' ? undefined : true)
    await until(`${selector} to be on`, isOn)
    await element.click()
  }

  async waitFor(selector: string, timeoutMs = WAIT_MS): Promise<void> {
    await this.page.locator(selector).first().waitFor({ state: 'visible', timeout: timeoutMs })
  }

  async text(selector: string): Promise<string> {
    return (await this.page.locator(selector).first().textContent()) ?? ''
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text)
  }

  async press(key: string): Promise<void> {
    try {
      await this.page.keyboard.press(key)
    } catch (error) {
      // The key may close its window before it is let go.
      if (!this.page.isClosed()) throw error
    }
  }

  async setFiles(selector: string, files: readonly string[]): Promise<void> {
    await this.page
      .locator(selector)
      .first()
      .setInputFiles([...files])
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path })
  }

  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewportSize({ width, height })
  }

  async close(): Promise<void> {
    await this.page.close()
  }
}
