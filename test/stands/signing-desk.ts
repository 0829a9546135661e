/** Everything behind the signing handlers, real: SoftHSM2 through the provider process, tickets, journal, scripted pinentry. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { canonicalJson, type Params, SuoqiaoError, type TokenInfo } from '@suoqiao/protocol'
import { createConsentDesk } from '../../bridge/src/consent/consent-desk.js'
import { openTokens } from '../../bridge/src/devices/open-tokens.js'
import type { Tokens } from '../../bridge/src/devices/tokens.js'
import type { Caller, Services } from '../../bridge/src/handlers/handler.js'
import { pdfSign } from '../../bridge/src/handlers/pdf.sign.js'
import { sessionConsent } from '../../bridge/src/handlers/session.consent.js'
import { openJournal } from '../../bridge/src/journal/open-journal.js'
import { createPinPrompt, type PinPromptKind } from '../../bridge/src/pin-prompt/create-pin-prompt.js'
import { makeCaller } from './caller.js'
import { buildProviderChild } from './provider-child.js'
import { createSoftHsm, type SoftHsm, type SoftHsmOptions } from './softhsm.js'

export const PRACTICE_ORIGIN = 'http://127.0.0.1:47400'
export const PORTAL = 'https://portal.example'
const PINENTRY = resolve(import.meta.dirname, 'pinentry-script.mjs')

export interface SigningDesk {
  readonly directory: string
  readonly hsm: SoftHsm
  readonly services: Services
  /** How often the token was asked to sign, i.e. a PIN was handed to it, since the last reset. */
  readonly calls: { sign: number; pinStatus: number }
  readonly token: () => Promise<TokenInfo>
  readonly practiceToken: () => Promise<TokenInfo>
  /** What the scripted pinentry will do, in order (see pinentry-script.mjs). */
  readonly answers: (...lines: string[]) => void
  /** What has not been used of it. */
  readonly answersLeft: () => string[]
  /** What pinentry was told since the last `answers`, without any PIN. */
  readonly conversation: () => string
  readonly certificateId: (kind: 'rsa' | 'ec' | 'encryption' | 'expired') => string
  /** A journal file's whole text. */
  readonly journalText: () => string
  /** pdf.sign from confirming to the end, as the extension does it. */
  readonly sign: (params: Params<'pdf.sign'>, caller?: Caller) => ReturnType<typeof pdfSign>
  readonly confirm: (
    method: 'pdf.sign' | 'token.signDigest',
    params: Params<'pdf.sign'> | Params<'token.signDigest'>,
    caller?: Caller,
  ) => Promise<Caller>
  readonly close: () => Promise<void>
}

export interface DeskOptions extends SoftHsmOptions {
  readonly practiceOrigin?: string | null
  readonly pinPrompt?: PinPromptKind
}

/** Takes about 4 s. Sets SOFTHSM2_CONF and SUOQIAO_TEST_PINENTRY of this process. */
export async function openSigningDesk(options: DeskOptions = {}): Promise<SigningDesk> {
  const directory = await mkdtemp(join(tmpdir(), 'suoqiao-desk-'))
  const hsm = await createSoftHsm(directory, options)
  const control = join(directory, 'answers')
  process.env.SOFTHSM2_CONF = hsm.env.SOFTHSM2_CONF
  process.env.SUOQIAO_TEST_PINENTRY = control
  const child = await buildProviderChild()
  const practiceOrigin = options.practiceOrigin ?? null
  const tokens = openTokens({
    home: directory,
    practice: practiceOrigin !== null,
    childCommand: child.command,
  })
  const calls = { sign: 0, pinStatus: 0 }
  const services: Services = {
    tokens: counting(tokens, calls),
    consent: createConsentDesk(),
    pinPrompt: createPinPrompt({ kind: options.pinPrompt ?? `pinentry:${PINENTRY}`, timeoutMs: 10_000 }),
    journal: await openJournal(join(directory, 'journal')),
    practiceOrigin,
    daemon: { startedAt: Date.now(), port: () => 0, connections: () => 1, seq: () => 0 },
  }
  const find = async (practice: boolean): Promise<TokenInfo> => {
    const { tokens: all } = await tokens.list()
    const token = all.find((candidate) => candidate.practice === practice)
    if (!token) throw new Error('the token is not there')
    return token
  }
  const confirm: SigningDesk['confirm'] = async (method, params, caller = makeCaller()) => {
    const { ticket } = await sessionConsent(
      { method, certificateId: params.certificateId, paramsSha256: paramsSha256(params) },
      caller,
      services,
    )
    return { ...caller, consent: ticket }
  }
  return {
    directory,
    hsm,
    services,
    calls,
    token: () => find(false),
    practiceToken: () => find(true),
    answers(...lines) {
      writeFileSync(control, lines.join('\n'))
      writeFileSync(`${control}.log`, '')
    },
    answersLeft: () => readFileSync(control, 'utf8').split('\n').filter(Boolean),
    conversation: () => readFileSync(`${control}.log`, 'utf8').replaceAll('%0A', '\n'),
    certificateId: (kind) => sha256(hsm.certificates[kind]?.der ?? Buffer.alloc(0)),
    journalText: () => readFileSync(join(directory, 'journal', 'journal.jsonl'), 'utf8'),
    confirm,
    sign: async (params, caller) => pdfSign(params, await confirm('pdf.sign', params, caller), services),
    async close() {
      await tokens.close()
      await child.remove()
      await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
    },
  }
}

/** The very same tokens; only counts what is asked of them. */
function counting(tokens: Tokens, calls: { sign: number; pinStatus: number }): Tokens {
  return {
    list: () => tokens.list(),
    certificates: (tokenId) => tokens.certificates(tokenId),
    pinStatus(tokenId) {
      calls.pinStatus += 1
      return tokens.pinStatus(tokenId)
    },
    sign(request) {
      calls.sign += 1
      return tokens.sign(request)
    },
    knownLabel: (tokenId) => tokens.knownLabel(tokenId),
    isPractice: (tokenId) => tokens.isPractice(tokenId),
    onChange: (listener) => tokens.onChange(listener),
    providers: () => tokens.providers(),
    close: () => tokens.close(),
  }
}

export function pdfParams(
  tokenId: string,
  certificateId: string,
  content = Buffer.from('承诺书'),
): Params<'pdf.sign'> {
  return {
    docDigest: sha256(content),
    hashAlg: 'SHA-256',
    tokenId,
    certificateId,
    file: { name: '企业诚信守法承诺书.pdf', size: content.length, pages: 1 },
    level: 'B-B',
    maxCmsBytes: 12_288,
  }
}

export function paramsSha256(params: unknown): string {
  return sha256(Buffer.from(canonicalJson(params)))
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The code a promise was rejected with, or `done`. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'done'
  } catch (error) {
    if (error instanceof SuoqiaoError) return error.code
    throw error
  }
}
