/** The command line: JSON shapes, exit codes and Chinese words (design §5). */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bundle, end, environment, runBundle, startBridge, temporaryHome } from '../../stands/built-bridge.js'
import { createSoftHsm } from '../../stands/softhsm.js'

const certificate = {
  id: expect.stringMatching(/^[0-9a-f]{64}$/),
  subject: expect.any(String),
  issuer: expect.any(String),
  serialNumber: expect.any(String),
  notBefore: expect.stringMatching(/Z$/),
  notAfter: expect.stringMatching(/Z$/),
  daysLeft: expect.any(Number),
  usage: expect.any(String),
  keyType: expect.stringMatching(/^(RSA-2048|EC-P256)$/),
}

/** Names its own fields only, whatever else the protocol may carry. */
const CERTIFICATE_FIELDS = [...Object.keys(certificate), 'uscc']

describe('suoqiao', () => {
  it('says what it can do and exits with 2 when the command or an option is wrong', async () => {
    const home = temporaryHome()
    for (const args of [
      [],
      ['sign-everything'],
      ['status', '--nope'],
      ['run', '--practice', 'no origin'],
      ['run', '--practice', 'http://127.0.0.1:1/path'],
      ['run', '--pin-prompt', 'pinentry:relative'],
      ['call'],
      ['call', 'session.status', '{'],
      ['pair', '--rename', 'x'],
    ]) {
      const ran = await runBundle(home, args)
      expect(ran, args.join(' ')).toMatchObject({ code: 2, stdout: '' })
      expect(ran.stderr).toMatch(/[一-龥]/)
    }
    expect(await runBundle(home, ['--help'])).toMatchObject({ code: 0 })
  })

  it('starts with a settings.json that is wrong, obeys none of it and says where it is wrong', async () => {
    const home = temporaryHome()
    mkdirSync(home, { recursive: true })
    writeFileSync(
      join(home, 'settings.json'),
      JSON.stringify({
        practiceOrigin: 'http://127.0.0.1:47340',
        providers: [{ id: 'x', library: 'relative.so' }],
      }),
    )
    const child = spawn(process.execPath, [bundle, 'run'], {
      env: environment(home),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    onTestFinished(() => end(child))
    const [said] = await once(child.stderr, 'data')
    expect(String(said)).toContain('providers.0.library')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const status = await runBundle(home, ['call', 'session.status', '{}', '--json'])
    expect(JSON.parse(status.stdout)).toMatchObject({ practiceOrigin: null })
  })

  it('tells its version without a daemon', async () => {
    const ran = await runBundle(temporaryHome(), ['version', '--json'])
    expect(JSON.parse(ran.stdout)).toEqual({ version: '0.1.0', protocol: 1 })
  })

  it('tells with status whether it runs: exit 1 and running false, exit 0 and five fields', async () => {
    const home = temporaryHome()
    const down = await runBundle(home, ['status', '--json'])
    expect(down.code).toBe(1)
    expect(JSON.parse(down.stdout)).toEqual({ running: false })
    const bridge = await startBridge({ home })
    const up = await bridge.cli('status', '--json')
    expect(up.code).toBe(0)
    expect(JSON.parse(up.stdout)).toEqual({
      running: true,
      pid: bridge.pid,
      port: bridge.port,
      version: '0.1.0',
      uptimeS: expect.any(Number),
    })
    expect((await bridge.cli('status')).stdout).toContain('正在运行')
  })

  it('stops with quit and is gone when quit returns', async () => {
    const bridge = await startBridge()
    const quit = await bridge.cli('quit', '--json')
    expect(quit.code).toBe(0)
    expect(JSON.parse(quit.stdout)).toEqual({ quit: true, running: false })
    expect(() => process.kill(bridge.pid, 0)).toThrow('ESRCH')
    expect((await bridge.cli('quit')).code).toBe(1)
  })

  it('calls any method and gives errors as JSON with exit 1', async () => {
    const bridge = await startBridge()
    const status = await bridge.cli('call', 'session.status', '{}', '--json')
    expect(status.code).toBe(0)
    expect(JSON.parse(status.stdout)).toMatchObject({
      pid: bridge.pid,
      port: bridge.port,
      practiceOrigin: null,
    })
    const unknown = await bridge.cli('call', 'token.explode', '{}', '--json')
    expect(unknown.code).toBe(1)
    expect(JSON.parse(unknown.stdout)).toMatchObject({
      error: { code: 'request.unknown-method', message: expect.stringMatching(/[一-龥]/) },
    })
    expect((await bridge.cli('call', 'token.pinStatus', '{"tokenId":"gone"}')).stderr).toContain(
      'token.not-found',
    )
  })

  it('refuses to sign from a script unless --yes was given, and shows what would be signed', async () => {
    const bridge = await startBridge()
    const params = JSON.stringify({
      tokenId: 'gone',
      certificateId: 'ab12cd34'.repeat(8),
      digest: '0f1e2d3c'.repeat(8),
      algorithm: 'RSA-SHA256',
      purpose: 'portal-login',
    })
    const refused = await bridge.cli('call', 'token.signDigest', params, '--json')
    expect(refused.code).toBe(1)
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'consent.refused' } })
    expect(refused.stderr).toContain('0f1e 2d3c')
    const agreed = await bridge.cli('call', 'token.signDigest', params, '--yes', '--json')
    expect(JSON.parse(agreed.stdout)).toMatchObject({ error: { code: 'token.not-found' } })
    const malformed = await bridge.cli('call', 'token.signDigest', '{}', '--yes', '--json')
    expect(JSON.parse(malformed.stdout)).toMatchObject({ error: { code: 'request.invalid' } })
  })

  it('lists an empty journal that is whole', async () => {
    const bridge = await startBridge()
    const journal = await bridge.cli('journal', '--json')
    expect(journal.code).toBe(0)
    expect(JSON.parse(journal.stdout)).toEqual({ entries: [], intact: true, total: 0 })
  })

  it('lists the practice token when practice is on, and exits with 1 when there is no token', async () => {
    const none = await startBridge()
    const empty = await none.cli('tokens', '--json')
    expect(JSON.parse(empty.stdout)).toEqual({ tokens: [] })
    expect(empty.code).toBe(1)
    const practice = await startBridge({ args: ['--practice', 'http://127.0.0.1:47340'] })
    const listed = await practice.cli('tokens', '--json')
    expect(listed.code).toBe(0)
    expect(JSON.parse(listed.stdout)).toMatchObject({
      tokens: [{ vendor: '练习设备', pin: { locked: false } }],
    })
    expect((await practice.cli('tokens')).stdout).toContain('练习')
  })

  it('lists a token of settings.json with its certificates in exactly the promised shape', async () => {
    const home = temporaryHome()
    mkdirSync(home, { recursive: true })
    const hsm = await createSoftHsm(join(home, 'softhsm'))
    const sha256 = createHash('sha256').update(readFileSync(hsm.library)).digest('hex')
    writeFileSync(
      join(home, 'settings.json'),
      JSON.stringify({ providers: [{ id: 'softhsm2', library: hsm.library, sha256 }] }),
    )
    const bridge = await startBridge({ home, env: hsm.env })
    const { tokens } = JSON.parse((await bridge.cli('tokens', '--json')).stdout) as {
      tokens: { certificates: object[] }[]
    }
    expect(tokens).toEqual([
      {
        id: expect.stringMatching(/^[A-Za-z0-9_.:-]+$/),
        provider: 'softhsm2',
        vendor: expect.any(String),
        label: hsm.tokenLabel,
        serial: expect.any(String),
        pin: { triesLeft: null, locked: false },
        certificates: [expect.objectContaining(certificate), expect.objectContaining(certificate)],
      },
    ])
    for (const found of tokens[0]?.certificates ?? []) {
      for (const field of Object.keys(found)) expect(CERTIFICATE_FIELDS).toContain(field)
    }
    const pids = JSON.parse((await bridge.cli('call', 'session.status', '{}', '--json')).stdout)
    expect(pids).toMatchObject({ providers: [{ id: 'softhsm2', state: 'running' }] })
  })
})
