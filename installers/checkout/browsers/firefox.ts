/** Firefox under control by WebDriver BiDi, with the extension loaded as a temporary add-on. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Bidi } from './bidi.js'
import { type Browser, type LaunchOptions, type Tab, until, WAIT_MS } from './browser.js'
import { FirefoxTab } from './firefox-tab.js'

const START_MS = 30_000

/** No telemetry, no updates, no first-run pages: a test run talks to 127.0.0.1 only. */
const QUIET: Readonly<Record<string, string | number | boolean>> = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.newtabpage.enabled': false,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.topsites.contile.enabled': false,
  'datareporting.healthreport.uploadEnabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.push.connection.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'extensions.update.enabled': false,
  'intl.accept_languages': 'zh-CN, zh',
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,#remote-settings-off',
  'toolkit.telemetry.reportingpolicy.firstRun': false,
}

/** Starts the browser. `profile` also serves as its HOME, so that native hosts are looked up inside it. */
export async function launchFirefox(executable: string, options: LaunchOptions): Promise<Browser> {
  const geckoId = await readGeckoId(options.extension)
  const uuid = randomUUID()
  await mkdir(options.profile, { recursive: true })
  // Firefox gives each extension a random origin; fixing it here tells us the address of our own pages.
  const preferences = {
    ...QUIET,
    'extensions.webextensions.uuids': JSON.stringify({ [geckoId]: uuid }),
    ...proxyPreferences(options.proxy),
    ...options.preferences,
    'ui.systemUsesDarkTheme': options.dark === true ? 1 : 0,
    'layout.css.prefers-color-scheme.content-override': options.dark === true ? 0 : 1,
  }
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
  )
  await writeFile(join(options.profile, 'user.js'), lines.join('\n'))
  const child = spawn(
    executable,
    [
      ...(options.headless ? ['--headless'] : []),
      ...[
        '--no-remote',
        '--profile',
        options.profile,
        '--remote-debugging-port',
        '0',
        '--remote-allow-system-access',
        'about:blank',
      ],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } },
  )
  try {
    const bidi = await Bidi.connect(await bidiAddress(child))
    const session = await bidi.send<{ capabilities: { browserVersion: string } }>('session.new', {
      capabilities: {},
    })
    await bidi.send('webExtension.install', { extensionData: { type: 'path', path: options.extension } })
    const facts = { profile: options.profile, extensionOrigin: `moz-extension://${uuid}` }
    return new Firefox(child, bidi, { ...facts, version: session.capabilities.browserVersion })
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

function proxyPreferences(proxy: string | undefined): Record<string, string | number> {
  if (proxy === undefined) return { 'network.proxy.type': 0 }
  const [host = '', port = ''] = proxy.split(':')
  return {
    'network.proxy.type': 1,
    ...{ 'network.proxy.http': host, 'network.proxy.http_port': Number(port) },
    ...{ 'network.proxy.ssl': host, 'network.proxy.ssl_port': Number(port) },
  }
}

async function readGeckoId(directory: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8'))
  return String(manifest.browser_specific_settings?.gecko?.id)
}

function bidiAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => reject(new Error(`Firefox did not start: ${said}`)), START_MS)
    const read = (data: Buffer) => {
      said += data.toString()
      const address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said)?.[1]
      if (address === undefined) return
      clearTimeout(timer)
      resolve(address)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', (code) => reject(new Error(`Firefox ended (${code}): ${said}`)))
  })
}

interface Facts {
  readonly profile: string
  readonly extensionOrigin: string
  readonly version: string
}

interface ContextTree {
  readonly contexts: readonly { readonly context: string; readonly url: string }[]
}

/** `bidi` is for what only this protocol offers. */
export class Firefox implements Browser {
  readonly name = 'firefox'
  readonly version: string
  readonly profile: string
  readonly extensionOrigin: string
  readonly bidi: Bidi
  readonly closed: Promise<void>
  readonly #child: ChildProcess

  constructor(child: ChildProcess, bidi: Bidi, facts: Facts) {
    this.#child = child
    this.bidi = bidi
    this.closed = new Promise((resolve) => child.once('exit', () => resolve()))
    this.version = facts.version
    this.profile = facts.profile
    this.extensionOrigin = facts.extensionOrigin
  }

  async open(url: string): Promise<Tab> {
    const { context } = await this.bidi.send<{ context: string }>('browsingContext.create', { type: 'tab' })
    const tab = new FirefoxTab(this.bidi, context)
    await tab.goto(url)
    return tab
  }

  async waitForTab(addressPart: string, timeoutMs = WAIT_MS): Promise<Tab> {
    const find = async () => (await this.#tree()).find(({ url }) => url.includes(addressPart))
    const { context } = await until(`a window with ${addressPart}`, find, timeoutMs)
    return new FirefoxTab(this.bidi, context)
  }

  async addresses(): Promise<readonly string[]> {
    return (await this.#tree()).map(({ url }) => url)
  }

  async close(): Promise<void> {
    await this.bidi.send('browser.close').catch(() => undefined)
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000)
    await this.closed
    clearTimeout(timer)
    this.bidi.close()
  }

  async #tree(): Promise<ContextTree['contexts']> {
    return (await this.bidi.send<ContextTree>('browsingContext.getTree', { maxDepth: 0 })).contexts
  }
}
