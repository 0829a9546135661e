/** What happens on 签章: ticket for exactly these parameters, signature, check of the finished file, hand-over. */
import { canonicalJson, type ParamsInput, SuoqiaoError, toWireError } from '@suoqiao/protocol'
import type { SignJob } from '../router/messages'
import type { Ask } from '../ui/background'
import type { Offer } from './certificate-choice'
import { callForJob } from './job-call'
import type { PreparedFile } from './pdf-core'
import { fits } from './preparation'

export type Stage = 'pin' | 'check' | 'keep'

export interface SignOrder {
  readonly job: SignJob
  readonly pageCount: number
  readonly offer: Offer
  readonly prepared: PreparedFile
}

export interface SignTools {
  readonly ask: Ask
  readonly saveSigned: (jobId: string, file: Blob) => Promise<void>
  readonly onStage: (stage: Stage) => void
}

/** Lower-case hex SHA-256 of the canonical form: what session.consent binds the ticket to. */
export async function paramsSha256(params: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(params))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function paramsOf({ job, pageCount, offer, prepared }: SignOrder): ParamsInput<'pdf.sign'> {
  return {
    docDigest: prepared.digest,
    hashAlg: 'SHA-256',
    tokenId: offer.token.id,
    certificateId: offer.certificate.id,
    file: { name: job.file.name, size: job.file.size, pages: pageCount },
    level: 'B-B',
    maxCmsBytes: prepared.maxCmsBytes,
  }
}

/** Signs and keeps the signed file in the job store. Throws SuoqiaoError; until it returns nothing left the window. */
export async function sign(order: SignOrder, tools: SignTools): Promise<Blob> {
  const { job, offer, prepared } = order
  const params = paramsOf(order)
  tools.onStage('pin')
  const { ticket } = await callForJob(tools.ask, job.id, 'session.consent', {
    method: 'pdf.sign',
    certificateId: offer.certificate.id,
    paramsSha256: await paramsSha256(params),
  })
  const { cms } = await callForJob(tools.ask, job.id, 'pdf.sign', params, ticket)
  tools.onStage('check')
  const signed = await prepared.finish(Uint8Array.from(atob(cms), (char) => char.charCodeAt(0)))
  if (!fits(signed.size, job.limitBytes)) throw new SuoqiaoError('pdf.too-large')
  tools.onStage('keep')
  await tools.saveSigned(job.id, signed)
  await tools.ask('job.finish', { jobId: job.id, outcome: 'signed' })
  return signed
}

/** Ends a job that was not signed. The background may be gone already; then there is nobody left to tell. */
export async function giveUp(ask: Ask, jobId: string, error: SuoqiaoError | null): Promise<void> {
  const params = error
    ? { jobId, outcome: 'failed' as const, error: toWireError(error) }
    : { jobId, outcome: 'refused' as const }
  await ask('job.finish', params).catch(() => {})
}
