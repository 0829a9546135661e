/** One setting of a journey: token, practice portal, bridge and a real browser in directories of their own, always stopped. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, LaunchOptions, Tab } from '../../installers/checkout/browsers/browser.js'
import {
  type BrowserKind,
  extensionBuild,
  findBrowser,
  launch,
} from '../../installers/checkout/practice/find-browser.js'
import { askProgram } from '../../installers/checkout/practice/programs.js'
import { registerNativeHost, type Stack, startStack } from '../../installers/checkout/practice/stack.js'
import { openUndertaking, type Receipt } from '../../installers/checkout/practice/steps.js'
import { type PretendInternet, startPretendInternet } from '../portals/pretend-internet.js'
import { createSoftHsm, type SoftHsm } from '../stands/softhsm.js'

const PINENTRY = fileURLToPath(new URL('../stands/pinentry-script.mjs', import.meta.url))

export interface JourneyOptions {
  /** Who asks for the PIN: the scripted pinentry, or the extension's own window. */
  readonly pinPrompt?: 'script' | 'extension'
  /** The build for practice and tests (default), or the one users get. */
  readonly build?: 'practice' | 'normal'
  /** Sites of the pretended internet, by host name. */
  readonly sites?: Readonly<Record<string, RequestListener>>
  readonly dark?: boolean
  /** Without a SoftHSM2 token only the practice token is there. */
  readonly token?: 'softhsm' | 'none'
  /** PIN of the SoftHSM2 token. */
  readonly tokenPin?: string
  /** Runs once the bridge listens and before the browser starts; what it returns goes to the browser. */
  readonly beforeBrowser?: (stack: Stack) => Pick<LaunchOptions, 'switches' | 'preferences'>
}

export interface Journey {
  readonly browser: Browser
  readonly stack: Stack
  readonly internet: PretendInternet
  readonly hsm: SoftHsm | undefined
  readonly dir: string
  readonly home: string
  readonly profile: string
  /** What the programs of this journey see. */
  readonly env: NodeJS.ProcessEnv
  /** Opens the practice portal's undertaking, ready for 签章. */
  openPortal(): Promise<Tab>
  /** What the scripted pinentry will type, one answer for each question. */
  answer(...lines: readonly string[]): Promise<void>
  /** The conversations of the scripted pinentry, without PINs. */
  asked(): Promise<string>
  /** The file the portal received. */
  received(receipt: Receipt): string
  stop(): Promise<void>
}

/** The browsers journeys run in: both, but for one that `npm test` may not install here and has named. */
export function browsersUnderTest(): readonly BrowserKind[] {
  const skipped = (process.env.SUOQIAO_SKIP_BROWSERS ?? '').split(',')
  return (['chromium', 'firefox'] as const).filter((kind) => !skipped.includes(kind))
}

export async function startJourney(kind: BrowserKind, options: JourneyOptions = {}): Promise<Journey> {
  const dir = await mkdtemp(join(tmpdir(), 'sq-'))
  const stops: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })]
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step()
  }
  try {
    return await begin({ kind, options, dir, stops, stop })
  } catch (error) {
    await stop()
    throw error
  }
}

interface Beginning {
  readonly kind: BrowserKind
  readonly options: JourneyOptions
  readonly dir: string
  readonly stops: (() => Promise<unknown>)[]
  readonly stop: () => Promise<void>
}

async function begin({ kind, options, dir, stops, stop }: Beginning): Promise<Journey> {
  const hsm = options.token === 'none' ? undefined : await createToken(dir, options.tokenPin)
  const control = join(dir, 'pinentry-answers')
  const home = join(dir, 'home')
  const env = {
    ...process.env,
    // Without a token the real one of this computer must not be found either.
    SOFTHSM2_CONF: hsm?.env.SOFTHSM2_CONF ?? join(dir, 'no-softhsm2.conf'),
    SUOQIAO_HOME: home,
    SUOQIAO_TEST_PINENTRY: control,
  }
  const pinPrompt = options.pinPrompt === 'extension' ? 'extension' : `pinentry:${PINENTRY}`
  const stack = await startStack({ env, pinPrompt, port: 0 })
  stops.push(() => stack.stop())
  // A native host may have started a bridge of its own in this home after ours was killed.
  stops.push(() => askProgram(['quit'], env).catch(() => undefined))
  const internet = await startPretendInternet(options.sites ?? {})
  stops.push(() => internet.stop())
  const profile = join(dir, 'profile')
  await registerNativeHost(profile, env)
  const place = { profile, proxy: internet.proxy, ...options.beforeBrowser?.(stack) }
  const browser = await startBrowser(kind, options, place)
  stops.push(() => browser.close())
  return {
    ...{ browser, stack, internet, hsm, dir, home, profile, env, stop },
    openPortal: async () => {
      const tab = await browser.open(`${stack.origin}/#/first-entry/undertaking`)
      await openUndertaking(tab)
      return tab
    },
    answer: (...lines) => writeFile(control, lines.join('\n'), { mode: 0o600 }),
    asked: () => readFile(`${control}.log`, 'utf8').catch(() => ''),
    received: (receipt) => join(home, 'practice', 'uploads', `${receipt.sha256}.pdf`),
  }
}

async function createToken(dir: string, pin = '123456'): Promise<SoftHsm> {
  const place = join(dir, 'hsm')
  await mkdir(place)
  return await createSoftHsm(place, { pin })
}

function startBrowser(
  kind: BrowserKind,
  options: JourneyOptions,
  place: Pick<LaunchOptions, 'profile' | 'proxy' | 'switches' | 'preferences'>,
): Promise<Browser> {
  const installed = findBrowser(kind)
  if (installed === undefined) throw new Error(`${kind} is not installed; npm test installs it on Debian`)
  return launch(installed, {
    ...place,
    extension: extensionBuild(kind, options.build !== 'normal'),
    headless: true,
    dark: options.dark === true,
    env: { HOME: place.profile },
  })
}
