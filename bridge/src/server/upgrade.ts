/** Which connection attempts may become a WebSocket, and the constant answers to all others. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

export interface UpgradeRules {
  readonly host: string
  readonly path: string
  readonly subprotocol: string
  readonly isOriginKnown: (origin: string) => boolean
}

export type Refusal = 400 | 403 | 404 | 421 | 503

/** No reason phrase of the server software, no date, no body: every refusal of one kind is the same bytes. */
const PHRASES: Readonly<Record<Refusal, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  421: 'Misdirected Request',
  503: 'Service Unavailable',
}

/** The bytes of a refusal. */
export function refusalBytes(status: Refusal): string {
  return `HTTP/1.1 ${status} ${PHRASES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
}

/** Answers and hangs up. Errors of a peer that is already gone do not matter. */
export function refuse(socket: Duplex, status: Refusal): void {
  socket.on('error', () => socket.destroy())
  if (socket.writable) socket.end(refusalBytes(status), () => socket.destroy())
  else socket.destroy()
}

/** A header that occurs exactly once; two Host or Origin headers are as good as none. */
function single(request: IncomingMessage, name: string): string | undefined {
  const values: string[] = []
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    if (request.rawHeaders[i]?.toLowerCase() === name) values.push(request.rawHeaders[i + 1] ?? '')
  }
  return values.length === 1 ? values[0] : undefined
}

/** A well-formed WebSocket opening (RFC 6455 §4.2.1), so that ws itself never writes a refusal of its own. */
function isWebSocketOpening(request: IncomingMessage): boolean {
  return (
    request.method === 'GET' &&
    request.headers.upgrade?.toLowerCase() === 'websocket' &&
    request.headers['sec-websocket-version'] === '13' &&
    /^[+/0-9A-Za-z]{22}==$/.test(request.headers['sec-websocket-key'] ?? '')
  )
}

/** Why the upgrade is refused, undefined when it may go on. The order is the one of bridge/security.md. */
export function checkUpgrade(request: IncomingMessage, rules: UpgradeRules): Refusal | undefined {
  if (request.headers.upgrade?.toLowerCase() !== 'websocket') return 404
  if (single(request, 'host') !== rules.host) return 421
  const origin = single(request, 'origin')
  if (origin === undefined || !rules.isOriginKnown(origin)) return 403
  if (request.url !== rules.path) return 404
  const offered = (single(request, 'sec-websocket-protocol') ?? '').split(',').map((name) => name.trim())
  if (!offered.includes(rules.subprotocol)) return 400
  return isWebSocketOpening(request) ? undefined : 400
}
