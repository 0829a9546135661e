/** The practice portal's server: pages of our own in the shape of the Xinjiang portal's manual, for learning and tests. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import css from './pages/portal.css?raw'
import html from './pages/portal.html?raw'
import script from './pages/portal.js?raw'
import undertaking from './undertaking/undertaking.pdf?inline'

/** P5 manual, 承诺书: PDF文档, 1个, 小于5MB, strictly less. */
const LIMIT_BYTES = 5 * 1024 * 1024
const TOO_LARGE = '文件大小必须小于5MB'

/** What the portal shows of a file it took. `size` in bytes, `sha256` in hex, `signatures` = ByteRange arrays in it. */
export interface Receipt {
  readonly name: string
  readonly size: number
  readonly sha256: string
  readonly signatures: number
}

export interface PracticePortalOptions {
  /** Where uploads go, each as `<sha256>.pdf`; made when missing. */
  readonly uploads: string
  /** Whether a Host header is this portal's own; everything else is refused, against rebinding. */
  readonly isOwnHost: (host: string) => boolean
}

/** The document of the portal, unsigned: three A4 pages. */
export function undertakingPdf(): Buffer {
  return Buffer.from(undertaking.slice(undertaking.indexOf(',') + 1), 'base64')
}

/** Builds the portal; the caller listens on 127.0.0.1. */
export function createPracticePortal(options: PracticePortalOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use((request, response, next) => {
    if (!options.isOwnHost(request.headers.host ?? '')) {
      response.status(421).end()
      return
    }
    response.set({ 'cache-control': 'no-store', 'content-security-policy': "default-src 'self'" })
    next()
  })
  app.get('/', (_, response) => void response.type('html').send(html))
  app.get('/portal.css', (_, response) => void response.type('css').send(css))
  app.get('/portal.js', (_, response) => void response.type('js').send(script))
  app.get('/favicon.ico', (_, response) => void response.status(204).end())
  app.get('/files/undertaking.pdf', (_, response) => void response.type('pdf').send(undertakingPdf()))
  // One byte more than allowed may come in, so that the refusal is ours and says why.
  const body = express.raw({ type: 'application/pdf', limit: LIMIT_BYTES + 1 })
  app.post('/undertakings', body, (request, response) => takeUndertaking(request, response, options))
  app.use(refuse)
  return app
}

/** Express's own error page would print the stack. */
function refuse(error: { status?: number }, _: Request, response: Response, next: NextFunction): void {
  if (response.headersSent) next(error)
  else if (error.status === 413) response.status(413).json({ said: TOO_LARGE })
  else response.status(400).json({ said: '提交的内容不对，没有收下' })
}

function takeUndertaking(request: Request, response: Response, options: PracticePortalOptions): void {
  const bytes: unknown = request.body
  const origin = request.headers.origin
  // A page of another origin cannot send this content type without a preflight, which is never answered.
  if (origin !== undefined && origin !== `http://${request.headers.host}`) {
    response.status(403).json({ said: '请从练习网站提交' })
  } else if (!Buffer.isBuffer(bytes) || bytes.subarray(0, 5).toString('latin1') !== '%PDF-') {
    response.status(415).json({ said: '只能上传PDF文档' })
  } else if (bytes.length >= LIMIT_BYTES) {
    response.status(413).json({ said: TOO_LARGE })
  } else response.json(store(bytes, fileName(request), options.uploads))
}

function fileName(request: Request): string {
  const header = String(request.headers['x-file-name'] ?? '')
  try {
    return decodeURIComponent(header).slice(0, 200)
  } catch {
    return ''
  }
}

function store(bytes: Buffer, name: string, uploads: string): Receipt {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  mkdirSync(uploads, { recursive: true, mode: 0o700 })
  writeFileSync(join(uploads, `${sha256}.pdf`), bytes, { mode: 0o600 })
  const signatures = bytes.toString('latin1').match(/\/ByteRange\s*\[/g)?.length ?? 0
  return { name, size: bytes.length, sha256, signatures }
}
