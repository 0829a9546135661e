/** The way of one signature as a person walks it, one function per step; for the unattended run and the journeys. */
import type { Browser, Tab } from '../browsers/browser.js'
import { until } from '../browsers/browser.js'

/** Everything we touch, by the stable names of our own controls and the ids of the practice portal. */
export const CONTROLS = {
  panelSign: '[data-testid="panel-sign"]',
  panelActive: '[data-testid="panel-sign"]:not([aria-disabled="true"])',
  panelReady: '[data-testid="panel-ready"]',
  panelDone: '[data-testid="panel-done"]',
  /** How it went, once the page has moved on from the document. */
  panelAfter: '[data-testid="panel-after"]',
  panelError: '[data-testid="panel-error"]',
  consentSign: '[data-testid="confirm-sign"]',
  consentReady: '[data-testid="confirm-sign"]:not([aria-disabled="true"])',
  consentDrawn: '[data-testid="paper"][data-drawn="true"]',
  consentDigest: '[data-testid="digest"]:not([data-digest=""])',
  consentRefuse: '[data-testid="refuse"]',
  consentTrouble: '[data-testid="trouble-code"]',
  /** One of several certificates; a single one has no row to pick. */
  certificateRow: '[data-testid="certificate-option"]',
  certificateCard: '[data-testid="certificate"] [data-testid="holder"]',
  pinField: '[data-testid="pin-input"]',
  pinConfirm: '[data-testid="pin-ok"]',
  pinCancel: '[data-testid="pin-cancel"]',
} as const

/** The consent window is made for this size (mock-up 03-sign). */
const CONSENT_SIZE = [960, 690] as const
/** Drawing pages, hashing and waiting for the token may take this long on a slow, busy computer. */
const SLOW_MS = 40_000

/** Opens the undertaking and does what is the user's alone: 提交申请, and the tick. */
export async function openUndertaking(tab: Tab): Promise<void> {
  await tab.click('#apply')
  await tab.click('#agree')
}

/** Presses 签章 in our panel. */
export async function pressSign(tab: Tab): Promise<void> {
  await tab.click(CONTROLS.panelSign)
}

/** The consent window, once the page to be signed was drawn. */
export async function consentWindow(browser: Browser): Promise<Tab> {
  const consent = await browser.waitForTab('consent.html')
  await consent.resize(...CONSENT_SIZE)
  await consent.waitFor(CONTROLS.consentSign, SLOW_MS)
  return consent
}

/** Picks the certificate whose row contains all the words, or the first; with only one there is nothing to pick. */
export async function chooseCertificate(consent: Tab, ...words: string[]): Promise<void> {
  const rows = `[...document.querySelectorAll(${JSON.stringify(CONTROLS.certificateRow)})]`
  const wanted = JSON.stringify(words.map((word) => word.toLowerCase()))
  const mark = `(() => {
    const row = ${rows}.find((row) => ${wanted}.every((word) => row.textContent.toLowerCase().includes(word)))
    row?.querySelector('input').setAttribute('data-wanted', '')
    const isOnly = document.querySelector(${JSON.stringify(CONTROLS.certificateCard)}) !== null
    return row ? 'row' : isOnly ? 'only' : null
  })()`
  const found = await until(
    `a certificate ${words.join(' ')}`,
    async () => (await consent.evaluate<'row' | 'only' | null>(mark)) ?? undefined,
    SLOW_MS,
  )
  if (found === 'row') await consent.click('[data-wanted]')
}

/** Types into the extension's own PIN window. */
export async function typePin(browser: Browser, pin: string): Promise<Tab> {
  const window = await browser.waitForTab('pin.html')
  await window.click(CONTROLS.pinField)
  await window.type(pin)
  return window
}

/** Waits until a file larger than `than` is in the portal's own input, and returns what the page sees of it. */
export async function fileInPage(tab: Tab, than = 0): Promise<{ name: string; size: number }> {
  const seen = `(() => {
    const [file] = document.getElementById('upload').files
    return file?.size > ${than} ? { name: file.name, size: file.size } : null
  })()`
  return await until(
    'the signed file in the page',
    async () => (await tab.evaluate<{ name: string; size: number } | null>(seen)) ?? undefined,
    SLOW_MS,
  )
}

/** Waits until the consent window has closed by itself. */
export async function consentGone(browser: Browser): Promise<void> {
  await until('the consent window to close', async () => {
    const open = (await browser.addresses()).some((address) => address.includes('consent.html'))
    return open ? undefined : true
  })
}

export interface Receipt {
  readonly name: string
  readonly size: string
  readonly sha256: string
  readonly signatures: string
}

/** The user's own last press, 提交, and what the portal says it got. */
export async function submit(tab: Tab): Promise<Receipt> {
  await tab.click('#submit')
  await tab.waitFor('#receipt')
  return await tab.evaluate<Receipt>(`Object.fromEntries(
    [...document.querySelectorAll('[data-receipt]')].map((cell) => [cell.dataset.receipt, cell.textContent]),
  )`)
}
