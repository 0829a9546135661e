/**
 * A double of the internet: a proxy that answers the named sites itself and refuses every other, so that a real browser
 * can visit a portal under its real origin while nothing leaves this computer.
 */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface PretendInternet {
  /** `127.0.0.1:<port>`, for the browser's proxy settings. */
  readonly proxy: string
  /** Hosts that were asked for and do not exist here. */
  readonly refused: ReadonlySet<string>
  stop(): Promise<void>
}

/** `sites`: host name (port 80) → who answers. */
export async function startPretendInternet(
  sites: Readonly<Record<string, RequestListener>>,
): Promise<PretendInternet> {
  const refused = new Set<string>()
  const server = createServer((request, response) => {
    const host = siteOf(request)
    const site = Object.hasOwn(sites, host) ? sites[host] : undefined
    if (site !== undefined) {
      void site(request, response)
      return
    }
    refused.add(host)
    response.writeHead(502).end()
  })
  server.on('connect', (request: IncomingMessage, socket) => {
    refused.add(request.url ?? '')
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    proxy: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Proxied requests carry the whole address (RFC 9112 §3.2.2); what follows the host is what a site expects. */
function siteOf(request: IncomingMessage): string {
  if (!URL.canParse(request.url ?? '')) return ''
  const url = new URL(request.url ?? '')
  request.url = `${url.pathname}${url.search}`
  request.headers.host = url.host
  return url.host
}
