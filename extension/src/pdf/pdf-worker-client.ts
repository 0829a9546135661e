/** Talks to the PDF worker and ends it when a file takes too long. One client per page; `close` when the page goes. */
import { fromWireError, SuoqiaoError } from '@suoqiao/protocol'
import type { PdfInspection, PdfWork, PdfWorkKind, PdfWorkReply, PreparedDigest } from './pdf-requests.js'
import type { SignatureRequest } from './prepare.js'

/** Parsing takes milliseconds; after this the file is the reason. */
const parseLimitMs = 10_000
/** Hashing is honest work that grows with the file: slow office computers manage some 20 MB a second. */
const hashMsPerByte = 1000 / (20 * 1024 * 1024)

interface Waiting {
  readonly resolve: (result: never) => void
  readonly reject: (reason: SuoqiaoError) => void
  readonly timer: ReturnType<typeof setTimeout>
}

/** The part of `Worker` that is used. */
export interface WorkerLike {
  postMessage(message: unknown): void
  terminate(): void
  addEventListener(type: 'message', listener: (event: MessageEvent<PdfWorkReply>) => void): void
  addEventListener(type: 'error', listener: (event: unknown) => void): void
}

function spawnWorker(): WorkerLike {
  return new Worker(new URL('./pdf.worker.ts', import.meta.url), { type: 'module' })
}

/** Every method rejects with SuoqiaoError pdf.* (or request.invalid for a wrong page or rectangle). */
export class PdfWorkerClient {
  readonly #spawn: () => WorkerLike
  readonly #limitMs: number
  readonly #waiting = new Map<number, Waiting>()
  #worker: WorkerLike | null = null
  #lastId = 0

  constructor(spawn: () => WorkerLike = spawnWorker, limitMs = parseLimitMs) {
    this.#spawn = spawn
    this.#limitMs = limitMs
  }

  inspect(file: Blob): Promise<PdfInspection> {
    return this.#ask('inspect', { file })
  }

  /** The digest goes to the bridge; `prepared` comes back here with the CMS. */
  prepare(file: Blob, request: SignatureRequest): Promise<PreparedDigest> {
    return this.#ask('prepare', { file, request })
  }

  /** The signed file: the original's bytes and the tail, already verified by the worker. */
  async finish(file: Blob, prepared: PreparedDigest, cms: Uint8Array): Promise<Blob> {
    const { tail } = await this.#ask('finish', { file, cms, ...prepared })
    return new Blob([file, tail], { type: 'application/pdf' })
  }

  verify(file: Blob): Promise<PdfWork['verify']['output']> {
    return this.#ask('verify', { file })
  }

  /** Ends the worker; what is under way is cancelled. */
  close(): void {
    this.#end(new SuoqiaoError('request.cancelled'))
  }

  #ask<K extends PdfWorkKind>(kind: K, input: PdfWork[K]['input']): Promise<PdfWork[K]['output']> {
    const id = ++this.#lastId
    const worker = this.#start()
    return new Promise((resolve, reject) => {
      const limit = this.#limitMs + (kind === 'inspect' ? 0 : input.file.size * hashMsPerByte)
      const timer = setTimeout(
        () => this.#end(new SuoqiaoError('pdf.too-complex', { reason: 'time' })),
        limit,
      )
      this.#waiting.set(id, { resolve, reject, timer })
      worker.postMessage({ id, kind, input })
    })
  }

  #start(): WorkerLike {
    if (this.#worker) return this.#worker
    const worker = this.#spawn()
    worker.addEventListener('message', (event) => this.#settle(event.data))
    // Out of memory and script errors arrive here; the file was the input, so the file is named.
    worker.addEventListener('error', () =>
      this.#end(new SuoqiaoError('pdf.too-complex', { reason: 'worker' })),
    )
    this.#worker = worker
    return worker
  }

  #settle(reply: PdfWorkReply): void {
    const waiting = this.#waiting.get(reply.id)
    if (!waiting) return
    this.#waiting.delete(reply.id)
    clearTimeout(waiting.timer)
    if ('error' in reply) waiting.reject(fromWireError(reply.error))
    else waiting.resolve(reply.result as never)
  }

  #end(reason: SuoqiaoError): void {
    this.#worker?.terminate()
    this.#worker = null
    for (const waiting of this.#waiting.values()) {
      clearTimeout(waiting.timer)
      waiting.reject(reason)
    }
    this.#waiting.clear()
  }
}
