// @vitest-environment node
/** The worker's client: the way of one signature, and what happens when a file takes too long. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  answerPdfRequest,
  type PdfWorkReply,
  type PdfWorkRequest,
} from '../../../extension/src/pdf/pdf-requests.js'
import { PdfWorkerClient, type WorkerLike } from '../../../extension/src/pdf/pdf-worker-client.js'
import { defaultRequest, plainPdf, SigningStand } from './signing-stand.js'

let stand: SigningStand
let file: Blob
beforeAll(async () => {
  stand = new SigningStand()
  file = new Blob([Buffer.from(await plainPdf())])
}, 60_000)
afterAll(() => stand.remove())

/** A double for the browser's Worker, which Node has not: the same code, everything cloned as postMessage does. */
class InProcessWorker implements WorkerLike {
  isEnded = false
  #listener: ((event: MessageEvent<PdfWorkReply>) => void) | undefined

  addEventListener(type: string, listener: (event: never) => void): void {
    if (type === 'message') this.#listener = listener as (event: MessageEvent<PdfWorkReply>) => void
  }

  postMessage(message: unknown): void {
    const request = structuredClone(message) as PdfWorkRequest
    void answerPdfRequest(request).then((reply) =>
      this.#listener?.({ data: structuredClone(reply) } as MessageEvent),
    )
  }

  terminate(): void {
    this.isEnded = true
  }
}

/** A worker that is stuck in a file. */
class StuckWorker extends InProcessWorker {
  override postMessage(): void {}
}

async function prepareAndSign(client: PdfWorkerClient) {
  const prepared = await client.prepare(file, defaultRequest)
  const [, before, after] = prepared.prepared.byteRange
  const whole = Buffer.concat([Buffer.from(await file.arrayBuffer()), prepared.prepared.tail])
  const cms = stand.cms(Buffer.concat([whole.subarray(0, before), whole.subarray(after)]), 'rsa')
  return { prepared, cms }
}

describe('the PDF worker', () => {
  test('A file is inspected, prepared and finished, and the result verifies', async () => {
    const client = new PdfWorkerClient(() => new InProcessWorker())
    expect(await client.inspect(file)).toMatchObject({
      certified: null,
      signatures: [],
      pages: [{ rotate: 0 }],
    })
    const { prepared, cms } = await prepareAndSign(client)
    const signed = await client.finish(file, prepared, cms)
    expect(signed.size).toBe(file.size + prepared.prepared.tail.length)
    const { signatures } = await client.verify(signed)
    expect(signatures).toMatchObject([
      { structure: 'ok', changedAfter: 'nothing', cmsVerdict: { verdict: 'ok' } },
    ])
    client.close()
  })

  test('A CMS over something else is discarded', async () => {
    const client = new PdfWorkerClient(() => new InProcessWorker())
    const { prepared } = await prepareAndSign(client)
    const wrong = client.finish(file, prepared, stand.cms(Buffer.from('something else'), 'rsa'))
    await expect(wrong).rejects.toMatchObject({
      code: 'pdf.verify-failed',
      details: { reason: 'message-digest' },
    })
    client.close()
  })

  test('A refusal arrives with its code', async () => {
    const client = new PdfWorkerClient(() => new InProcessWorker())
    await expect(client.inspect(new Blob(['x']))).rejects.toMatchObject({ code: 'pdf.not-a-pdf' })
    client.close()
  })

  test('A stuck worker is ended, the file is refused, and the next file gets a new worker', async () => {
    const workers: InProcessWorker[] = []
    const spawn = () => {
      workers.push(workers.length === 0 ? new StuckWorker() : new InProcessWorker())
      return workers.at(-1) as InProcessWorker
    }
    const client = new PdfWorkerClient(spawn, 50)
    await expect(client.inspect(file)).rejects.toMatchObject({
      code: 'pdf.too-complex',
      details: { reason: 'time' },
    })
    expect(workers[0]?.isEnded).toBe(true)
    expect((await client.inspect(file)).pages).toHaveLength(1)
    client.close()
  })

  test('Closing cancels what is under way', async () => {
    const client = new PdfWorkerClient(() => new StuckWorker())
    const pending = client.inspect(file)
    client.close()
    await expect(pending).rejects.toMatchObject({ code: 'request.cancelled' })
  })
})
