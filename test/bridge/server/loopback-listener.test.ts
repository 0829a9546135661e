/** What a stranger on the network or a web page can learn from the port: nothing (security requirements 1 and 15). */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { startBridge } from '../../stands/built-bridge.js'
import { obtainSession } from '../../stands/native-peer.js'

/** Listening sockets of a process as the Linux kernel lists them: address in hex, then port. */
function listenersOn(port: number): string[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readFileSync(table, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => local?.endsWith(`:${hexPort}`) && state === '0A')
      .map(([, local]) => local ?? ''),
  )
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
  })
}

/** Everything the port answers to these bytes until it hangs up. */
function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    let answer = ''
    socket.on('data', (data) => {
      answer += data.toString('latin1')
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
    socket.write(bytes)
  })
}

const CONSTANT_404 = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'

const paths = [
  '/', '/v1', '/v1/', '/V1', '/pair', '/favicon.ico', '/.well-known/webcrypto-socket', '/status', '/json/version',
  '/health', '/metrics', '/index.html', '/api/v1/token.list', '/suoqiao', '/robots.txt', '/%2e%2e/etc/passwd',
  '/?origin=x', '/v1?sid=1', '//127.0.0.1/v1', '/a'.repeat(200),
] // biome-ignore format: one list

/** Ways of asking that would make a Node server answer in its own words. */
const oddities: readonly [string, string][] = [
  ['HEAD', 'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n'],
  [
    'OPTIONS as a preflight',
    'OPTIONS /v1 HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n\r\n',
  ],
  ['POST with a body', 'POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}'],
  ['no Host at all', 'GET / HTTP/1.1\r\n\r\n'],
  ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n'],
  ['CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'],
  ['Expect: 100-continue', 'POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n'],
  ['another expectation', 'POST / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 2\r\n\r\n'],
  ['an upgrade to h2c', 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
  ['no HTTP', '\x16\x03\x01\x00\x05hello\r\n\r\n'],
  ['headers of 64 KiB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(65_536)}\r\n\r\n`],
]

describe('P0 1: 127.0.0.1 only', () => {
  it('has one listener, on the loopback address, on a port drawn at random', async () => {
    const one = await startBridge()
    const two = await startBridge()
    expect(listenersOn(one.port)).toEqual([
      `0100007F:${one.port.toString(16).toUpperCase().padStart(4, '0')}`,
    ])
    expect(one.port).not.toBe(two.port)
    expect(one.port).toBeGreaterThan(1023)
  })

  it('refuses a connection to any other address of this computer', async () => {
    const { port } = await startBridge()
    const others = Object.values(networkInterfaces())
      .flat()
      .flatMap((address) => (address && address.address !== '127.0.0.1' ? [address.address] : []))
    expect(await connects('127.0.0.1', port)).toBe(true)
    for (const address of [...others, '127.0.0.2', '::1'])
      expect(await connects(address, port), address).toBe(false)
  })
})

describe('P0 15: plain HTTP learns nothing', () => {
  it('answers 20 paths with the same bytes, with and without a session', async () => {
    const bridge = await startBridge()
    const answers = new Set<string>()
    for (const path of paths)
      answers.add(await exchange(bridge.port, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`))
    await obtainSession(bridge.home)
    for (const path of paths)
      answers.add(
        await exchange(
          bridge.port,
          `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${bridge.port}\r\nOrigin: https://a.example\r\n\r\n`,
        ),
      )
    expect(paths).toHaveLength(20)
    expect([...answers]).toEqual([CONSTANT_404])
  })

  it.each(oddities)('answers %s with the same bytes', async (_what, bytes) => {
    const { port } = await startBridge()
    expect(await exchange(port, bytes)).toBe(CONSTANT_404)
  })

  it('hangs up on a stranger who opens a socket and says nothing', async () => {
    const { port } = await startBridge()
    const answer = await exchange(port, 'GET / HTTP/1.1\r\n')
    expect(['', CONSTANT_404]).toContain(answer)
  }, 20_000)
})
