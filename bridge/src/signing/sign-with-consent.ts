/** The one way to a private key, for pdf.sign and token.signDigest alike: every check in its order, then one signature. */
import { createHash } from 'node:crypto'
import { canonicalJson, SuoqiaoError, type TokenInfo } from '@suoqiao/protocol'
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

/** Tokens with a signature under way, per Tokens: a second one would open a second PIN window (requirement 14). */
const busy = new WeakMap<Tokens, Set<string>>()

/**
 * The order: token there and allowed here (practice rule), certificate usable, room in the file, token free, consent
 * redeemed, journal writable, then PIN and key. From the consent on, success and failure are both journalled; a
 * signature whose line cannot be written does not leave (journal.unwritable).
 */
export async function signWithConsent<Output>(
  job: SigningJob<Output>,
  caller: Caller,
  services: Services,
): Promise<SignedJob<Output>> {
  const started = performance.now()
  const token = await findToken(job.params.tokenId, services)
  assertPracticeRule(token.practice || services.tokens.isPractice(token.id), caller, services.practiceOrigin)
  const all = await services.tokens.certificates(token.id)
  const certificate = chooseCertificate(all, job.params.certificateId, new Date())
  const signer = { certificate, chain: certificate.chain ?? [], algorithm: algorithmOf(certificate) }
  const prepared = await job.prepare(signer)
  return whileHolding(token.id, services.tokens, async () => {
    redeemConsent(job, caller, services)
    const signed = await journalled(job, signer, caller, services, () =>
      useKey(job, prepared, signer, token, caller, services),
    )
    const totalMs = performance.now() - started
    return { output: signed.output, signer, timings: { ...signed.timings, totalMs } }
  })
}

async function findToken(tokenId: string, services: Services): Promise<TokenInfo> {
  const { tokens } = await services.tokens.list()
  const token = tokens.find((candidate) => candidate.id === tokenId)
  if (!token) throw new SuoqiaoError('token.not-found')
  return token
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
  token: TokenInfo,
  caller: Caller,
  services: Services,
): Promise<Omit<SignedJob<Output>, 'signer'>> {
  await services.journal.assertWritable()
  const { signature, pinMs, tokenMs } = await typePinAndSign(
    {
      request: {
        tokenId: token.id,
        certificateId: signer.certificate.id,
        digest: prepared.digestToSign,
        message: prepared.signedAttrsDer,
        algorithm: signer.algorithm,
      },
      question: {
        tokenLabel: token.label,
        fileName: job.shownName,
        digestStart: job.shownDigest.slice(0, 8),
        practice: token.practice,
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
