/** The Web Worker that parses PDFs, so that a hostile file can stop nothing but this worker. */
import { answerPdfRequest, type PdfWorkRequest } from './pdf-requests.js'

/** The DOM library types `self` as a window; a worker's postMessage has no target origin. */
interface WorkerScope {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: MessageEvent<PdfWorkRequest>) => void): void
}

const scope = globalThis as unknown as WorkerScope

scope.addEventListener('message', (event) => {
  void answerPdfRequest(event.data).then((reply) => scope.postMessage(reply))
})
