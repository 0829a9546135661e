/** The content script's half of the signing conversation: sends the file, waits for the consent, brings the signed file. */
import { fromWireError, SuoqiaoError } from '@suoqiao/protocol'
import type { Bytes } from '../encoding/bytes'
import { cutFile, FileJoiner } from '../jobs/file-chunks'
import { readBytes, sha256Hex } from '../page/read-file'
import type { PanelStatus, SignPortReply, SignPortRequest } from '../router/messages'

/** Below the 30 s after which Chrome stops a worker that hears nothing. */
const ALIVE_MS = 20_000
/** A user may read for long; a hidden tab's timers are slowed down, so the worker may be stopped many times. */
const RESUMES = 100

/** What is used of runtime.Port. */
export interface SignPort {
  readonly onMessage: { addListener(listener: (message: unknown) => void): void }
  readonly onDisconnect: { addListener(listener: () => void): void }
  postMessage(message: SignPortRequest): void
  disconnect(): void
}

export type Stage = 'sending' | 'received' | 'consent' | 'signing'

export interface SignRequest {
  readonly file: File
  readonly documentName: string
  readonly limitBytes: number
  onStage(stage: Stage): void
}

interface RunningJob {
  readonly request: SignRequest
  readonly resolve: (file: File) => void
  readonly reject: (error: SuoqiaoError) => void
  jobId: string | null
  resumes: number
  incoming: {
    readonly file: { name: string; size: number; sha256: string }
    readonly joiner: FileJoiner
  } | null
}

export class SignClient {
  readonly #connect: () => SignPort
  readonly #onStatus: (status: PanelStatus) => void
  #port: SignPort | null = null
  #job: RunningJob | null = null
  #alive: ReturnType<typeof setInterval> | undefined

  constructor(connect: () => SignPort, onStatus: (status: PanelStatus) => void) {
    this.#connect = connect
    this.#onStatus = onStatus
  }

  /** Asks for the status now, and for its changes while the port lives. */
  watch(): void {
    try {
      this.#open().postMessage({ t: 'watch' })
    } catch {
      // The extension was updated under this page: the panel says so when the user acts.
      this.#port = null
      this.#onStatus({ bridge: 'not-running', token: 'unknown' })
    }
  }

  /** The port is of no use while the panel is folded and nothing runs: let the worker sleep. */
  rest(): void {
    if (this.#job) return
    this.#port?.disconnect()
    this.#port = null
  }

  /** Resolves with the signed file. Throws SuoqiaoError: refusal, cancellation, or what went wrong. */
  async sign(request: SignRequest): Promise<File> {
    if (this.#job) throw new SuoqiaoError('request.not-allowed', { reason: 'a job is running' })
    const bytes = await readBytes(request.file)
    request.onStage('sending')
    try {
      return await new Promise<File>((resolve, reject) => {
        this.#job = { request, resolve, reject, jobId: null, resumes: 0, incoming: null }
        this.#send(bytes, request)
      })
    } finally {
      clearInterval(this.#alive)
      this.#job = null
    }
  }

  cancel(): void {
    this.#port?.postMessage({ t: 'cancel' })
  }

  #send(bytes: Bytes, { file, documentName, limitBytes }: SignRequest): void {
    const port = this.#open()
    const { name, size } = file
    port.postMessage({ t: 'begin', file: { name, size }, documentName, limitBytes })
    for (const chunk of cutFile(bytes)) port.postMessage(chunk)
    this.#alive = setInterval(() => this.#port?.postMessage({ t: 'alive' }), ALIVE_MS)
  }

  #open(): SignPort {
    if (this.#port) return this.#port
    const port = this.#connect()
    this.#port = port
    port.onMessage.addListener((message) => {
      // Only the background can speak on this port; its words are typed in messages.ts.
      this.#receive(message as SignPortReply).catch((error: unknown) => {
        this.#job?.reject(error instanceof SuoqiaoError ? error : new SuoqiaoError('bridge.internal'))
      })
    })
    port.onDisconnect.addListener(() => {
      if (this.#port !== port) return
      this.#port = null
      this.#lost()
    })
    return port
  }

  /** The worker was stopped: the job lives on in storage, a new port picks it up. */
  #lost(): void {
    const job = this.#job
    if (!job) return
    if (job.jobId === null || job.resumes >= RESUMES) {
      job.reject(new SuoqiaoError('bridge.disconnected'))
      return
    }
    job.resumes += 1
    job.incoming = null
    try {
      this.#open().postMessage({ t: 'resume', jobId: job.jobId })
    } catch (cause) {
      job.reject(new SuoqiaoError('bridge.disconnected', undefined, { cause }))
    }
  }

  async #receive(message: SignPortReply): Promise<void> {
    if (message.t === 'status') return this.#onStatus(message.status)
    const job = this.#job
    if (!job) return
    if (message.t === 'error') job.reject(fromWireError(message.error))
    else if (message.t === 'progress') {
      job.jobId = message.jobId
      job.request.onStage(message.stage)
    } else if (message.t === 'signed') {
      job.incoming = { file: message.file, joiner: new FileJoiner(message.file.size) }
    } else await this.#chunk(job, message)
  }

  async #chunk(job: RunningJob, chunk: Extract<SignPortReply, { t: 'chunk' }>): Promise<void> {
    const { incoming } = job
    const bytes = incoming?.joiner.add(chunk)
    if (!bytes || !incoming) return
    if (sha256Hex(bytes) !== incoming.file.sha256) throw new SuoqiaoError('pdf.verify-failed')
    job.resolve(new File([bytes], incoming.file.name, { type: 'application/pdf' }))
  }
}
