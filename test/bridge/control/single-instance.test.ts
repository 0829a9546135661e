/** One daemon per home, two homes apart, and a control channel for this user only. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { linux } from '../../../bridge/src/platform/linux.js'
import { bundle, end, environment, runBundle, startBridge, temporaryHome } from '../../stands/built-bridge.js'

describe('one daemon per home', () => {
  it('says that it runs already instead of starting a second time', async () => {
    const bridge = await startBridge()
    const second = await bridge.cli('run', '--json')
    expect(second.code).toBe(1)
    expect(JSON.parse(second.stdout)).toMatchObject({ running: true, pid: bridge.pid, started: false })
    expect((await bridge.cli('run')).stdout).toContain('已经在运行')
  })

  it('starts once when six starts happen at the same moment after a crash', async () => {
    const bridge = await startBridge()
    process.kill(bridge.pid, 'SIGKILL')
    await bridge.stop()
    expect(existsSync(linux.controlPath(bridge.home))).toBe(true)
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, [bundle, 'run', '--json'], {
        env: environment(bridge.home),
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    )
    onTestFinished(async () => {
      for (const child of children) await end(child)
    })
    const lines = await Promise.all(
      children.map(async (child) => String((await once(child.stdout, 'data'))[0])),
    )
    const started = lines
      .map((line) => JSON.parse(line) as { started?: boolean })
      .filter(({ started }) => started !== false)
    expect(started).toHaveLength(1)
  })

  it('takes over the socket of a daemon that was killed', async () => {
    const bridge = await startBridge()
    process.kill(bridge.pid, 'SIGKILL')
    await bridge.stop()
    const again = await startBridge({ home: bridge.home })
    expect(again.port).toBe(bridge.port)
  })

  it('keeps two homes apart: each has its own daemon, port and pairings', async () => {
    const one = await startBridge()
    const two = await startBridge()
    expect(JSON.parse((await one.cli('status', '--json')).stdout)).toMatchObject({
      pid: one.pid,
      port: one.port,
    })
    expect(JSON.parse((await two.cli('status', '--json')).stdout)).toMatchObject({
      pid: two.pid,
      port: two.port,
    })
    await one.cli('quit')
    expect((await one.cli('status')).code).toBe(1)
    expect((await two.cli('status')).code).toBe(0)
  })

  it('draws another port when its own was taken meanwhile', async () => {
    const bridge = await startBridge()
    await bridge.stop()
    const squatter = createServer().listen(bridge.port, '127.0.0.1')
    await once(squatter, 'listening')
    onTestFinished(() => void squatter.close())
    const again = await startBridge({ home: bridge.home })
    expect(again.port).not.toBe(bridge.port)
  })

  it('works in a home whose path is too long for a socket', async () => {
    const home = join(temporaryHome(), '很长的目录名'.repeat(8))
    const bridge = await startBridge({ home })
    expect((await bridge.cli('status')).code).toBe(0)
    const directory = dirname(linux.controlPath(home))
    expect(statSync(directory).mode & 0o777).toBe(0o700)
  })
})

describe('P0 6: the private pipe', () => {
  it('makes every directory 0700 and every file and socket 0600', async () => {
    const bridge = await startBridge()
    await bridge.cli('tokens')
    for (const entry of readdirSync(bridge.home, { recursive: true, withFileTypes: true })) {
      const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777
      expect(mode, entry.name).toBe(entry.isDirectory() ? 0o700 : 0o600)
    }
    expect(statSync(bridge.home).mode & 0o777).toBe(0o700)
  })

  it('does not let a second user of the computer connect', async () => {
    const bridge = await startBridge()
    const path = linux.controlPath(bridge.home)
    // Even with every directory above it opened, the socket's own mode holds.
    chmodSync(dirname(path), 0o755)
    chmodSync(bridge.home, 0o755)
    chmodSync(dirname(bridge.home), 0o755)
    const script = `require('node:net').connect(process.argv[1]).on('error', (e) => { console.log(e.code); process.exit(3) }).on('connect', () => process.exit(0))`
    const uid = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const other = spawnSync(process.execPath, ['-e', script, path], { ...uid, cwd: '/', encoding: 'utf8' })
    if (process.getuid?.() === 0) expect(other).toMatchObject({ status: 3, stdout: 'EACCES\n' })
    // Without root there is no second user to try: the mode itself is what is left to check.
    else expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('P0 6: a socket in a directory of another user is nobody’s bridge, and a link there changes no rights', async () => {
    const home = join(temporaryHome(), '很长的目录名'.repeat(8))
    const directory = dirname(linux.controlPath(home))
    const elsewhere = temporaryHome()
    mkdirSync(elsewhere, { recursive: true, mode: 0o755 })
    symlinkSync(elsewhere, directory)
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const impostor = createServer((socket) => socket.end('{"result":{}}\n')).listen(
      join(elsewhere, 'daemon.sock'),
    )
    onTestFinished(() => void impostor.close())
    await once(impostor, 'listening')
    const notRunning = { error: { code: 'bridge.not-running' } }
    expect(JSON.parse((await runBundle(home, ['tokens', '--json'])).stdout)).toMatchObject(notRunning)
    expect((await runBundle(home, ['run', '--json'])).code).not.toBe(0)
    expect(statSync(elsewhere).mode & 0o777).toBe(0o755)
    if (process.getuid?.() !== 0) return
    // With root there is a second user to play: the directory is really another's.
    rmSync(directory)
    cpSync(elsewhere, directory, { recursive: true, filter: (from) => !from.endsWith('.sock') })
    const foreign = createServer((socket) => socket.end('{"result":{}}\n')).listen(
      join(directory, 'daemon.sock'),
    )
    onTestFinished(() => void foreign.close())
    await once(foreign, 'listening')
    chownSync(directory, 65_534, 65_534)
    expect(JSON.parse((await runBundle(home, ['tokens', '--json'])).stdout)).toMatchObject(notRunning)
  })

  it('hangs up on whoever speaks nonsense, and goes on', async () => {
    const bridge = await startBridge()
    const path = linux.controlPath(bridge.home)
    for (const bytes of [
      'not json\n',
      '{"op":"status"}\n{"op":"quit"}\n{}\n{}\n',
      '[]\n',
      `${'x'.repeat(9 << 20)}`,
    ]) {
      const socket = connect(path)
      socket.on('error', () => {})
      socket.write(bytes)
      setTimeout(() => socket.end(), 500)
      await new Promise((resolve) => socket.resume().on('close', resolve))
    }
    expect(JSON.parse((await bridge.cli('status', '--json')).stdout)).toMatchObject({ pid: bridge.pid })
  })

  it('says that it is not running when nobody listens', async () => {
    const home = temporaryHome()
    expect(JSON.parse((await runBundle(home, ['tokens', '--json'])).stdout)).toMatchObject({
      error: { code: 'bridge.not-running' },
    })
    expect(existsSync(home)).toBe(false)
  })
})
