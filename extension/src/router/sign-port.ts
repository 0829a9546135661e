/** The background's half of the signing conversation with a portal's content script. */
import { SuoqiaoError, toWireError } from '@suoqiao/protocol'
import * as v from 'valibot'
import { sha256, toHex } from '../encoding/bytes'
import { cutFile, type FileChunk, FileJoiner } from '../jobs/file-chunks'
import type { JobDesk, JobEnd } from '../jobs/job-desk'
import { readJob } from '../jobs/job-store'
import { isPracticeOrigin } from '../portals'
import type { SigningDocument } from '../portals/portal'
import type { PanelStatus, SignJob, SignPortReply } from './messages'
import type { PortalSpeaker } from './sender'

/** Nothing larger is taken from a page, whatever the portal's own limit. */
const LARGEST_FILE_BYTES = 64 * 1024 * 1024

/** Shown in the consent and PIN windows: without control and format characters, which could forge a line or turn a name round. */
const fileName = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(255),
  v.transform((name) => name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').trim() || '.pdf'),
)
const portRequest = v.variant('t', [
  v.object({ t: v.literal('watch') }),
  v.object({ t: v.literal('alive') }),
  v.object({ t: v.literal('cancel') }),
  v.object({ t: v.literal('resume'), jobId: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)) }),
  v.object({
    t: v.literal('begin'),
    file: v.object({ name: fileName, size: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
    documentName: v.string(),
    limitBytes: v.nullable(v.number()),
  }),
  v.object({
    t: v.literal('chunk'),
    n: v.pipe(v.number(), v.integer(), v.minValue(0)),
    base64: v.string(),
    last: v.boolean(),
  }),
])
type PortRequest = v.InferOutput<typeof portRequest>
type Begin = Extract<PortRequest, { t: 'begin' }>

export interface SignServices {
  readonly jobs: JobDesk
  /** Asks bridge and UKey for this origin; never throws. */
  status(speaker: PortalSpeaker): Promise<PanelStatus>
}

interface Receiving {
  readonly job: SignJob
  readonly joiner: FileJoiner
}

/** The adapter's word on the document counts, not the message's. */
function jobOf(begin: Begin, speaker: PortalSpeaker): SignJob {
  for (const portal of speaker.portals) {
    const document = portal.signing.find((candidate) => candidate.name === begin.documentName)
    if (!document) continue
    checkSize(begin.file.size, document)
    return {
      id: crypto.randomUUID(),
      file: begin.file,
      portal: { id: portal.id, name: portal.name, origin: speaker.origin, topOrigin: speaker.topOrigin },
      documentName: document.name,
      limitBytes: document.limitBytes,
      practice: isPracticeOrigin(speaker.origin),
      state: 'waiting',
    }
  }
  throw new SuoqiaoError('request.invalid', { reason: 'document' })
}

function checkSize(size: number, document: SigningDocument): void {
  if (size >= document.limitBytes || size > LARGEST_FILE_BYTES) throw new SuoqiaoError('pdf.too-large')
}

export class SignConversation {
  readonly #speaker: PortalSpeaker
  readonly #services: SignServices
  readonly #reply: (message: SignPortReply) => void
  #receiving: Receiving | null = null
  #jobId: string | null = null
  #watches = false

  constructor(speaker: PortalSpeaker, services: SignServices, reply: (message: SignPortReply) => void) {
    this.#speaker = speaker
    this.#services = services
    this.#reply = reply
  }

  /** One message of the port. Faults are answered, never thrown. */
  async receive(message: unknown): Promise<void> {
    try {
      const request = v.safeParse(portRequest, message)
      if (!request.success) throw new SuoqiaoError('request.invalid')
      await this.#act(request.output)
    } catch (error) {
      this.#receiving = null
      this.#reply({ t: 'error', error: toWireError(error) })
    }
  }

  /** The page is gone: nobody can take the file any more. */
  async closed(): Promise<void> {
    this.#watches = false
    if (this.#jobId) await this.#services.jobs.drop(this.#jobId)
  }

  /** Called when bridge or UKey changed. */
  async refresh(): Promise<void> {
    if (this.#watches) this.announce(await this.#services.status(this.#speaker))
  }

  announce(status: PanelStatus): void {
    if (this.#watches) this.#reply({ t: 'status', status })
  }

  async #act(request: PortRequest): Promise<void> {
    switch (request.t) {
      case 'watch':
        this.#watches = true
        return await this.refresh()
      case 'begin':
        if (this.#jobId) throw new SuoqiaoError('request.not-allowed', { reason: 'a job is running' })
        this.#receiving = { job: jobOf(request, this.#speaker), joiner: new FileJoiner(request.file.size) }
        return
      case 'chunk':
        return await this.#chunk(request)
      case 'resume':
        return await this.#resume(request.jobId)
      case 'cancel':
        if (this.#jobId) await this.#services.jobs.finish(this.#jobId, 'refused')
        return
      case 'alive':
        return
    }
  }

  async #chunk(chunk: FileChunk): Promise<void> {
    const receiving = this.#receiving
    if (!receiving) throw new SuoqiaoError('request.invalid', { reason: 'no begin' })
    const bytes = receiving.joiner.add(chunk)
    if (!bytes) return
    this.#receiving = null
    const { job } = receiving
    this.#jobId = job.id
    this.#reply({ t: 'progress', stage: 'received', jobId: job.id })
    const file = new Blob([bytes], { type: 'application/pdf' })
    try {
      await this.#services.jobs.begin(job, this.#speaker.tabId, file, this.#listener(job.id))
    } catch (error) {
      // No window, no job: nothing of the file stays, and the next press starts anew.
      this.#jobId = null
      await this.#services.jobs.drop(job.id)
      throw error
    }
    this.#reply({ t: 'progress', stage: 'consent', jobId: job.id })
  }

  /** A job of another tab never becomes this conversation's: `cancel` and the end of the port act on it. */
  async #resume(jobId: string): Promise<void> {
    if (this.#jobId) throw new SuoqiaoError('request.not-allowed', { reason: 'a job is running' })
    this.#jobId = jobId
    try {
      await this.#services.jobs.resume(jobId, this.#speaker.tabId, this.#listener(jobId))
    } catch (error) {
      this.#jobId = null
      throw error
    }
  }

  #listener(jobId: string) {
    return {
      onSigning: () => this.#reply({ t: 'progress', stage: 'signing', jobId }),
      onEnd: (end: JobEnd) => {
        this.#deliver(jobId, end).catch((error: unknown) => {
          this.#reply({ t: 'error', error: toWireError(error) })
        })
      },
    }
  }

  /** Whatever comes of it, the files are wiped. */
  async #deliver(jobId: string, end: JobEnd): Promise<void> {
    try {
      if (end.outcome === 'error') this.#reply({ t: 'error', error: end.error })
      else await this.#sendSigned(jobId)
    } finally {
      this.#jobId = null
      await this.#services.jobs.drop(jobId)
    }
  }

  async #sendSigned(jobId: string): Promise<void> {
    const stored = await readJob(jobId)
    if (!stored?.signed) throw new SuoqiaoError('consent.expired')
    await this.#send(stored.job, stored.signed)
  }

  async #send(job: SignJob, signed: Blob): Promise<void> {
    const bytes = new Uint8Array(await signed.arrayBuffer())
    if (job.limitBytes !== null && bytes.length >= job.limitBytes) throw new SuoqiaoError('pdf.too-large')
    const file = { name: signedName(job.file.name), size: bytes.length, sha256: toHex(await sha256(bytes)) }
    this.#reply({ t: 'signed', file })
    for (const chunk of cutFile(bytes)) this.#reply(chunk)
  }
}

const SIGNED_MARK = '-已签章'

/** 承诺书.pdf becomes 承诺书-已签章.pdf; a second signature keeps the name. */
export function signedName(name: string): string {
  const base = name.replace(/\.pdf$/i, '')
  return base.endsWith(SIGNED_MARK) ? `${base}.pdf` : `${base}${SIGNED_MARK}.pdf`
}
