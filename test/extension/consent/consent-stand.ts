/**
 * A consent window on a table: the real model, PDF core and sign flow; openssl in the token's place. Doubles stand
 * only where a test process has nothing real: canvas, pdf.js drawing, and the background's answers.
 */
import { createHash } from 'node:crypto'
import { type Params, SuoqiaoError } from '@suoqiao/protocol'
import { Consent } from '../../../extension/src/consent/consent-model'
import type { PageView } from '../../../extension/src/consent/page-view'
import { workerCore } from '../../../extension/src/consent/pdf-core-worker'
import {
  answerPdfRequest,
  type PdfWorkKind,
  type PdfWorkRequest,
} from '../../../extension/src/pdf/pdf-requests'
import { PdfWorkerClient, type WorkerLike } from '../../../extension/src/pdf/pdf-worker-client'
import type { SignJob } from '../../../extension/src/router/messages'
import type { Ask } from '../../../extension/src/ui/background'
import type { SigningStand } from '../pdf/signing-stand'
import { answering, madeUpCertificate, madeUpJob, madeUpToken, withTokens } from '../ui/gallery/made-up'

class CanvasDouble {
  readonly width: number
  readonly height: number
  constructor(width: number, height: number) {
    this.width = width
    this.height = height
  }
  getContext() {
    const nothing = () => {}
    return {
      strokeRect: nothing,
      beginPath: nothing,
      roundRect: nothing,
      stroke: nothing,
      fillText: nothing,
      drawImage: nothing,
      measureText: (text: string) => ({ width: text.length * 46 }),
      getImageData: (_x: number, _y: number, width: number, height: number) => ({
        width,
        height,
        data: new Uint8ClampedArray(width * height * 4).fill(200),
      }),
    }
  }
}

export function installCanvasDouble(): void {
  const bitmap = { width: 1, height: 1, close() {} }
  Object.assign(globalThis, { OffscreenCanvas: CanvasDouble, createImageBitmap: async () => bitmap })
}

const A4 = { width: 595, height: 842 }

/** pdf.js cannot draw here; the sizes are those of the test files. */
export function pageViewDouble(pageCount: number): PageView {
  return {
    pageCount,
    pageSize: async () => A4,
    draw: async () => {},
    textBoxes: async () => [],
    toUserSpace: async (_index, { x, y, width, height }) => [
      x,
      A4.height - y - height,
      x + width,
      A4.height - y,
    ],
    close: async () => {},
  }
}

/** The worker's code without a thread of its own; remembers the last prepared file for openssl. */
export class WorkerOnTheTable implements WorkerLike {
  readonly #listeners: ((event: MessageEvent) => void)[] = []
  static last: { file: Blob; tail: Uint8Array; byteRange: readonly number[] } | null = null

  postMessage(message: unknown): void {
    const request = message as PdfWorkRequest<PdfWorkKind>
    void answerPdfRequest(request).then((data) => {
      if (request.kind === 'prepare' && 'result' in data) {
        const { prepared } = data.result as { prepared: { tail: Uint8Array; byteRange: readonly number[] } }
        WorkerOnTheTable.last = { file: request.input.file, ...prepared }
      }
      for (const listener of this.#listeners) listener({ data } as MessageEvent)
    })
  }
  terminate(): void {}
  addEventListener(type: string, listener: (event: never) => void): void {
    if (type === 'message') this.#listeners.push(listener as (event: MessageEvent) => void)
  }
}

/** Signs what was prepared last, after checking that the digest asked for is really of those bytes. */
export async function opensslSign(stand: SigningStand, params: Params<'pdf.sign'>): Promise<string> {
  const last = WorkerOnTheTable.last
  if (!last) throw new Error('nothing was prepared')
  const whole = Buffer.concat([Buffer.from(await last.file.arrayBuffer()), last.tail])
  const [, before = 0, after = 0] = last.byteRange
  const content = Buffer.concat([whole.subarray(0, before), whole.subarray(after)])
  if (createHash('sha256').update(content).digest('hex') !== params.docDigest) {
    throw new SuoqiaoError('consent.mismatch')
  }
  return Buffer.from(stand.cms(content, 'rsa')).toString('base64')
}

export interface TableOptions {
  readonly file: Uint8Array<ArrayBuffer>
  readonly job?: Partial<SignJob>
  readonly pages?: number
  readonly answers?: Readonly<Record<string, unknown>>
}

/** The window with one good UKey, unless `answers` say otherwise. Everything it asked is in `asked`. */
export function consentOnTheTable({ file, job, pages = 1, answers = {} }: TableOptions) {
  const asked: { method: string; params: never }[] = []
  const saved: Blob[] = []
  const events: ((event: string, data: unknown) => void)[] = []
  let closed = false
  const answer = answering({
    ...withTokens([[madeUpToken(), [madeUpCertificate()]]]),
    'job.get': madeUpJob({ file: { name: '企业诚信守法承诺书.pdf', size: file.length }, ...job }),
    'job.finish': {},
    'session.consent': { ticket: 'ticket-1', expiresInS: 60 },
    ...answers,
  })
  const ask: Ask = async (method, params) => {
    asked.push({ method: 'method' in params ? String(params.method) : method, params: params as never })
    return answer(method, params)
  }
  const consent = new Consent('job-1', {
    ask,
    listen: (onEvent) => {
      events.push(onEvent)
      return () => {}
    },
    core: workerCore(new PdfWorkerClient(() => new WorkerOnTheTable())),
    openPageView: async () => pageViewDouble(pages),
    readInput: async () => new Blob([file], { type: 'application/pdf' }),
    saveSigned: async (_id, signed) => void saved.push(signed),
    close: () => {
      closed = true
    },
  })
  return {
    consent,
    asked,
    saved,
    isClosed: () => closed,
    tell: (event: string) => {
      for (const listener of events) listener(event, {})
    },
    of: (method: string) => asked.filter((one) => one.method === method).map(({ params }) => params as never),
  }
}
