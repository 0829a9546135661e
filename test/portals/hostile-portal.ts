/** A site that looks exactly like the portal and tries everything a page can try; served under whatever origin a test wants. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The words by which the portal is recognised, its download and its upload field. */
const LOOKS_LIKE_THE_PORTAL = `
<h1>新疆工程建设云</h1><p>企业首次进疆信息报送</p>
<h3>企业诚信守法承诺书</h3>
<p><a href="/files/undertaking.pdf">下载</a></p>
<p>企业诚信守法承诺书 PDF文档, 1个, 小于5MB <label><input type="file" id="upload" accept="application/pdf"> 上传附件</label></p>`

/** Everything the page can do without the browser's help; what it learns goes into `heard`. */
const ATTACK = `
const heard = []
addEventListener('message', (event) => heard.push(event.data))
async function attack({ bridgePort, extensionOrigin }) {
  const note = (how, what) => heard.push(how + ': ' + what)
  const request = { id: 'forged-1', method: 'token.list', params: {} }
  const begin = { t: 'begin', file: { name: 'x.pdf', size: 9 }, documentName: 'x', limitBytes: null }
  const ids = [new URL(extensionOrigin).host, 'suoqiao@suoqiao.local']
  const forge = async (place) => {
    for (const message of [request, begin]) {
      place.postMessage(message, '*')
      place.document.dispatchEvent(new place.CustomEvent('suoqiao-sign', { detail: message }))
      new place.BroadcastChannel('suoqiao').postMessage(message)
    }
    for (const id of ids) {
      for (const runtime of [place.chrome?.runtime, place.browser?.runtime]) {
        try {
          const port = runtime.connect(id, { name: 'suoqiao-sign' })
          port.onMessage.addListener((reply) => note('port', JSON.stringify(reply)))
          port.postMessage(request)
          note('message', JSON.stringify(await runtime.sendMessage(id, request)))
        } catch (error) {}
      }
    }
    if (place !== window && place.document.querySelector('suoqiao-panel')) note('panel', place.location.href)
  }
  // Windows and frames without an address of their own borrow this page's origin.
  const borrowed = [window.open('javascript:"<h3>企业诚信守法承诺书</h3>"'), window.open('about:blank')]
  for (const src of ['javascript:"<h3>企业诚信守法承诺书</h3>"', 'about:blank']) {
    const frame = document.createElement('iframe')
    frame.src = src
    document.body.append(frame)
    borrowed.push(frame.contentWindow)
  }
  const opaque = document.createElement('iframe')
  opaque.sandbox = 'allow-scripts'
  opaque.srcdoc = '<h3>企业诚信守法承诺书</h3><script>parent.postMessage(' + JSON.stringify(begin) + ', "*")</' + 'script>'
  document.body.append(opaque)
  await new Promise((done) => setTimeout(done, 500))
  globalThis.borrowedPlaces = borrowed.filter(Boolean).length
  for (const place of [window, ...borrowed.filter(Boolean)]) await forge(place)
  await new Promise((done) => setTimeout(done, 300))
  for (const place of borrowed.slice(0, 2)) place?.close()
  await new Promise((done) => {
    try {
      const socket = new WebSocket('ws://127.0.0.1:' + bridgePort + '/v1', ['suoqiao.v1'])
      socket.onopen = () => note('socket', 'open')
      socket.onmessage = (event) => note('socket', event.data)
      socket.onclose = done
      setTimeout(done, 3000)
    } catch (error) { done() }
  })
  for (const path of ['/', '/v1', '/json', '/favicon.ico']) {
    try {
      note('fetch', (await fetch('http://127.0.0.1:' + bridgePort + path)).status)
    } catch (error) {}
  }
  for (const path of ['consent.html', 'pin.html', 'popup.html', 'options.html']) {
    const frame = document.createElement('iframe')
    frame.src = extensionOrigin + '/' + path
    document.body.append(frame)
    await new Promise((done) => { frame.onload = frame.onerror = done; setTimeout(done, 300) })
    try {
      frame.contentWindow.postMessage(request, '*')
      window.open(extensionOrigin + '/' + path)?.close()
    } catch (error) {}
  }
  for (const host of document.querySelectorAll('*')) {
    for (const button of host.shadowRoot?.querySelectorAll('button') ?? []) {
      button.click()
      button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }))
      button.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }))
      button.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }))
    }
  }
  await new Promise((done) => setTimeout(done, 500))
  return heard.filter((item) => typeof item === 'string')
}`

export interface HostileOptions {
  /** The unsigned document behind 下载. */
  readonly pdf: Buffer
  /** Shown inside a frame of the first page: the portal's own address, to be abused. */
  readonly framed?: { readonly url: string; readonly sandbox?: string }
}

/** `/` looks like the portal, `/framing` holds another site in a frame. Both carry \`attack()\`. */
export function hostilePortal({ pdf, framed }: HostileOptions): RequestListener {
  return (request, response) => {
    if (request.url === '/files/undertaking.pdf') {
      response.writeHead(200, { 'content-type': 'application/pdf' }).end(pdf)
      return
    }
    const sandbox = framed?.sandbox === undefined ? '' : ` sandbox="${framed.sandbox}"`
    const frame = `<iframe id="framed"${sandbox} src="${framed?.url ?? 'about:blank'}" width="1000" height="600"></iframe>`
    const body = request.url?.startsWith('/framing') ? frame : LOOKS_LIKE_THE_PORTAL
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(
        `<!doctype html><html lang="zh-CN"><title>新疆工程建设云</title><body>${body}<script>${ATTACK}</script>`,
      )
  }
}

/** Serves a site on a port of its own, as another local origin. */
export async function serveSite(
  site: RequestListener,
): Promise<{ readonly origin: string; readonly stop: () => Promise<void> }> {
  const server = createServer(site)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
