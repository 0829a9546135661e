/** The one way to a private key, for pdf.sign and token.signDigest alike: every check in its order, then one signature. */
import { createHash } from 'node:crypto'
import { canonicalJson, SuoqiaoError } from '@suoqiao/protocol'
import type { TokenCertificate, Tokens } from '../devices/tokens.js'
import type { Caller, Services } from '../handlers/handler.js'
import { algorithmOf, chooseCertificate, type SignatureAlgorithm } from './choose-certificate.js'
import { assertPracticeRule } from './practice-rule.js'
import { typePinAndSign } from './type-pin-and-sign.js'

export interface SigningJob<Output> {
  readonly method: 'pdf.sign' | 'token.signDigest'
  /** As the caller sent them and the schema read them: the consent is bound to all of them. */
  readonly params: { readonly tokenId: string; readonly certificateId: string }
  /** For the journal and the PIN window: the digest the user was shown, lower-case hex. */
  readonly shownDigest: string
  /** What the PIN window names: the file, or what is logged in to. */
  readonly shownName: string
  /** Runs before consent and PIN; what cannot be signed is refused here. */
  readonly prepare: (signer: Signer) => Promise<PreparedJob<Output>>
}

export interface Signer {
  readonly certificate: TokenCertificate
  readonly chain: readonly Buffer[]
  readonly algorithm: SignatureAlgorithm
}

export interface PreparedJob<Output> {
  /** SHA-256, 32 bytes. */
  readonly digestToSign: Buffer
  /** What that digest was made from, where there is such a thing. */
  readonly signedAttrsDer?: Buffer
  readonly finish: (signature: Buffer) => Output
}

export interface SignedJob<Output> {
  readonly output: Output
  readonly signer: Signer
  /** Milliseconds; totalMs includes both others. */
  readonly timings: { readonly pinMs: number; readonly tokenMs: number; readonly totalMs: number }
}

/** How long the PIN window waits for the token's label; without it, it names the holder. */
const LABEL_DEADLINE_MS = 1000

/** The consent window has read the certificates; a minute is what its ticket lasts. */
const RECENT_MS = 60_000

/** Tokens with a signature under way, per Tokens: a second one would open a second PIN window (requirement 14). */
const busy = new WeakMap<Tokens, Set<string>>()

/**
 * The order: token allowed here (practice rule), there, certificate usable, room in the file, token free, consent
 * redeemed, journal writable, then PIN and key. From the consent on, success and failure are both journalled; a
 * signature whose line cannot be written does not leave (journal.unwritable).
 */
export async function signWithConsent<Output>(
  job: SigningJob<Output>,
  caller: Caller,
  services: Services,
): Promise<SignedJob<Output>> {
  const started = performance.now()
  const { tokenId } = job.params
  assertPracticeRule(services.tokens.isPractice(tokenId), caller, services.practiceOrigin)
  const label = labelOf(tokenId, services)
  const all = await services.tokens.certificates(tokenId, RECENT_MS)
  const certificate = chooseCertificate(all, job.params.certificateId, new Date())
  const signer = { certificate, chain: certificate.chain ?? [], algorithm: algorithmOf(certificate) }
  const prepared = await job.prepare(signer)
  return whileHolding(tokenId, services.tokens, async () => {
    redeemConsent(job, caller, services)
    const signed = await journalled(job, signer, caller, services, () =>
      useKey(job, prepared, signer, label, caller, services),
    )
    const totalMs = performance.now() - started
    return { output: signed.output, signer, timings: { ...signed.timings, totalMs } }
  })
}

/** Null when the list is not there in time: one slow library must not hold up a signature of another's token. */
async function labelOf(tokenId: string, services: Services): Promise<string | null> {
  const known = services.tokens.knownLabel(tokenId)
  if (known !== null) return known
  const late = AbortSignal.timeout(LABEL_DEADLINE_MS)
  const listed = services.tokens.list().then(
    ({ tokens }) => tokens.find((token) => token.id === tokenId)?.label ?? null,
    () => null,
  )
  const timeUp = new Promise<null>((resolve) => {
    late.addEventListener('abort', () => resolve(null), { once: true })
  })
  return Promise.race([listed, timeUp])
}

async function whileHolding<T>(tokenId: string, tokens: Tokens, task: () => Promise<T>): Promise<T> {
  const held = busy.get(tokens) ?? new Set<string>()
  busy.set(tokens, held)
  if (held.has(tokenId)) throw new SuoqiaoError('token.busy')
  held.add(tokenId)
  try {
    return await task()
  } finally {
    held.delete(tokenId)
  }
}

function redeemConsent<Output>(job: SigningJob<Output>, caller: Caller, services: Services): void {
  services.consent.redeem(caller.consent, {
    sessionId: caller.sessionId,
    origin: caller.origin,
    method: job.method,
    certificateId: job.params.certificateId,
    paramsSha256: createHash('sha256').update(canonicalJson(job.params)).digest('hex'),
  })
}

async function useKey<Output>(
  job: SigningJob<Output>,
  prepared: PreparedJob<Output>,
  signer: Signer,
  label: Promise<string | null>,
  caller: Caller,
  services: Services,
): Promise<Omit<SignedJob<Output>, 'signer'>> {
  const [tokenLabel] = await Promise.all([label, services.journal.assertWritable()])
  const { tokenId } = job.params
  const { certificate } = signer
  const { signature, pinMs, tokenMs } = await typePinAndSign(
    {
      request: {
        tokenId,
        certificateId: certificate.id,
        digest: prepared.digestToSign,
        message: prepared.signedAttrsDer,
        algorithm: signer.algorithm,
      },
      question: {
        tokenLabel: tokenLabel ?? certificate.holder,
        fileName: job.shownName,
        digestStart: job.shownDigest.slice(0, 8),
        practice: services.tokens.isPractice(tokenId),
      },
    },
    caller,
    services,
  )
  return { output: prepared.finish(signature), timings: { pinMs, tokenMs, totalMs: 0 } }
}

/** Writes the outcome down before it is known to anybody else. */
async function journalled<T, Output>(
  job: SigningJob<Output>,
  signer: Signer,
  caller: Caller,
  services: Services,
  task: () => Promise<T>,
): Promise<T> {
  const append = (outcome: string): Promise<void> =>
    services.journal.append({
      method: job.method,
      origin: caller.origin,
      tokenId: job.params.tokenId,
      certificateId: signer.certificate.id,
      certificateSerial: signer.certificate.serialNumber,
      digest: job.shownDigest,
      outcome,
    })
  let result: T
  try {
    result = await task()
  } catch (error) {
    // The reason why nothing was signed matters more than a journal that could not take it.
    await append(error instanceof SuoqiaoError ? error.code : 'bridge.internal').catch(() => undefined)
    throw error
  }
  await append('ok')
  return result
}
