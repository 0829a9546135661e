/** The log on disk: it rotates, it is private, and a whole working day leaves no secret in it. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openLog } from '../../../bridge/src/log/open-log.js'
import { openRotatingFile } from '../../../bridge/src/log/rotating-file.js'
import { openHome } from '../../../bridge/src/state/home.js'
import { startBridge, temporaryHome } from '../../stands/built-bridge.js'
import { obtainSession } from '../../stands/native-peer.js'
import { ask, connectPeer, openPeer } from '../../stands/socket-peer.js'

/** Every file below a directory, with its content. */
function filesBelow(directory: string): [string, string][] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [file, readFileSync(file, 'latin1')])
}

describe('requirement 24: the log', () => {
  it('keeps five files of at most the limit and drops the oldest lines', () => {
    const { logs } = openHome({ SUOQIAO_HOME: temporaryHome() })
    const file = openRotatingFile(logs, 'bridge', 1000)
    for (let i = 0; i < 1000; i += 1) file.write(`line ${String(i).padStart(4, '0')}\n`)
    file.close()
    const names = readdirSync(logs).sort()
    expect(names).toEqual(['bridge.1.log', 'bridge.2.log', 'bridge.3.log', 'bridge.4.log', 'bridge.log'])
    for (const name of names) expect(statSync(join(logs, name)).size).toBeLessThanOrEqual(1000)
    expect(readFileSync(join(logs, 'bridge.log'), 'utf8')).toContain('line 0999')
    expect(filesBelow(logs).some(([, text]) => text.includes('line 0000'))).toBe(false)
  })

  it('goes on in the same file after a restart and starts a new one at 1 MiB', () => {
    const { logs } = openHome({ SUOQIAO_HOME: temporaryHome() })
    openLog(logs).info('first')
    const log = openLog(logs)
    for (let i = 0; i < 9000; i += 1) log.info({ request: `r${i}`, pad: 'x'.repeat(60) }, 'reply')
    expect(readdirSync(logs).sort()).toEqual(['bridge.1.log', 'bridge.log'])
    expect(statSync(join(logs, 'bridge.1.log')).size).toBeLessThanOrEqual(1 << 20)
    expect(readFileSync(join(logs, 'bridge.1.log'), 'utf8')).toContain('first')
    expect(statSync(join(logs, 'bridge.log')).mode & 0o777).toBe(0o600)
  })

  it('writes one line per request with its id, channel, outcome and time', async () => {
    const bridge = await startBridge()
    const peer = await connectPeer(await obtainSession(bridge.home))
    const reply = await ask(peer, 'token.certificates', { tokenId: 'nothing' })
    await bridge.cli('call', 'session.status')
    const lines = bridge
      .log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'reply')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatchObject({
      request: reply.id,
      method: 'token.certificates',
      channel: 'websocket',
      outcome: 'token.not-found',
      ms: expect.any(Number),
    })
    expect(lines[1]).toMatchObject({
      request: 'cli-1',
      method: 'session.status',
      channel: 'cli',
      outcome: 'ok',
    })
  })
})

describe('requirement 5: the session key', () => {
  it('is in no file of the home, no process argument and no URL after a day of work', async () => {
    const bridge = await startBridge()
    const welcome = await obtainSession(bridge.home)
    const canaries = ['85273910', '210102199003071234', '张三的承诺书']
    const peer = await connectPeer(welcome)
    await ask(peer, 'token.answerPin', {
      promptId: 'p'.repeat(20),
      sealedPin: Buffer.from(canaries[0] ?? '').toString('base64'),
    })
    await ask(peer, 'session.consent', {
      method: 'pdf.sign',
      certificateId: 'f'.repeat(64),
      paramsSha256: 'e'.repeat(64),
    })
    await ask(
      peer,
      'pdf.sign',
      {
        docDigest: 'a'.repeat(64),
        hashAlg: 'SHA-256',
        tokenId: 'practice:1',
        certificateId: 'f'.repeat(64),
        file: { name: `${canaries[2]}.pdf`, size: 1, pages: 1 },
        level: 'B-B',
        maxCmsBytes: 16_384,
      },
      {
        context: {
          origin: `https://${canaries[1]}.example`,
          topOrigin: 'https://a.example',
          frameId: 0,
          consent: welcome.key,
        },
      },
    )
    await ask(peer, canaries[1] ?? '', { pin: canaries[0], key: welcome.key }).catch(() => undefined)
    await expect(openPeer({ port: bridge.port, path: `/v1?key=${welcome.key}` }).next()).rejects.toThrow(
      'HTTP 404',
    )
    const forms = [
      welcome.key,
      Buffer.from(welcome.key, 'base64url').toString('hex'),
      Buffer.from(welcome.key, 'base64url').toString('base64'),
      welcome.sessionId,
      ...canaries,
    ]
    for (const [file, text] of filesBelow(bridge.home)) {
      for (const form of forms)
        expect(Buffer.from(text, 'latin1').includes(form), `${form} in ${file}`).toBe(false)
    }
    expect(readFileSync(`/proc/${bridge.pid}/cmdline`, 'utf8')).not.toContain(welcome.key)
  })
})
