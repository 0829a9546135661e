/** Provider processes start when they are needed, see only what they need, and never outlive the bridge. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTokens } from '../../../bridge/src/devices/open-tokens.js'
import { childEnvironment } from '../../../bridge/src/provider-process/child-environment.js'
import { CircuitBreaker } from '../../../bridge/src/provider-process/circuit-breaker.js'
import { LIMITS } from '../../../bridge/src/provider-process/limits.js'
import { createFaultyToken, type FaultyToken } from '../../stands/faulty-token.js'

let stand: FaultyToken

beforeAll(async () => {
  stand = await createFaultyToken()
})
afterAll(async () => {
  await stand?.remove()
})

const isRunning = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))

async function isGone(pid: number, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(20)) {
    if (!isRunning(pid)) return true
  }
  return false
}

describe('a provider process', () => {
  it('is started by the first question only, and one for each library', async () => {
    const tokens = openTokens({
      home: stand.dir,
      practice: true,
      providers: [{ id: 'shim', library: stand.shim.library, sha256: stand.shim.sha256 }],
      childCommand: stand.child.command,
    })
    expect(tokens.childPids().size).toBe(0)
    await tokens.list()
    expect([...tokens.childPids().keys()]).toEqual(['practice', 'shim', 'softhsm2'])
    expect(new Set(tokens.childPids().values()).size).toBe(3)
    await tokens.close()
  })

  it('is the only place where a vendor library is loaded', async () => {
    const { tokens } = await stand.open()
    const mapsOf = (pid: number | 'self') => readFileSync(`/proc/${pid}/maps`, 'utf8')
    expect(mapsOf(tokens.childPids().get('shim') ?? 0)).toContain('libfaultshim.so')
    expect(mapsOf('self')).not.toMatch(/libfaultshim|libsofthsm2|pkcs11\.node/)
    await tokens.close()
  })

  it('ends when the door is closed', async () => {
    const { tokens } = await stand.open()
    const pids = [...tokens.childPids().values()]
    expect(pids.every(isRunning)).toBe(true)
    await tokens.close()
    for (const pid of pids) expect(await isGone(pid, 2_000)).toBe(true)
  })

  for (const isHanging of [false, true]) {
    it(`ends when the bridge is killed${isHanging ? ', even while the library hangs' : ''}`, async () => {
      await stand.shim.setFaults(...(isHanging ? ['C_GetMechanismList hang', 'C_GetTokenInfo hang'] : []))
      const daemon = await startBareDaemon()
      const pid = await daemon.childPid
      // Time to reach the hanging call.
      await sleep(500)
      expect(isRunning(pid)).toBe(true)
      daemon.kill()
      expect(await isGone(pid, 5_000)).toBe(true)
      await stand.shim.setFaults()
    })
  }

  /** A parent that starts one provider process, asks it to list the tokens, and waits to be killed. */
  async function startBareDaemon() {
    const { execPath, args } = stand.child.command
    const settings = { id: 'shim', vendor: '', library: stand.shim.library, directory: null }
    const script = `
      const child = require('node:child_process').spawn(${JSON.stringify(execPath)}, ${JSON.stringify([...args, 'provider-process', 'shim'])},
        { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
      child.send({ id: 1, op: 'open', kind: 'pkcs11', settings: ${JSON.stringify(settings)} })
      child.once('message', () => { child.send({ id: 2, op: 'list' }); console.log(child.pid) })
      setInterval(() => {}, 1000)`
    const daemon = spawn(execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const childPid = new Promise<number>((resolve) =>
      daemon.stdout.once('data', (data) => resolve(Number(String(data)))),
    )
    return { childPid, kill: () => daemon.kill('SIGKILL') }
  }
})

describe('what a vendor library sees of the environment', () => {
  it('is its own settings and nothing that loads other code', () => {
    const env = {
      HOME: '/home/user',
      PATH: '/usr/bin',
      SOFTHSM2_CONF: '/etc/softhsm2.conf',
      TPM2_PKCS11_STORE: '/tpm',
      LD_PRELOAD: '/evil.so',
      LD_LIBRARY_PATH: '/evil',
      NODE_OPTIONS: '--require /evil.js',
      DYLD_INSERT_LIBRARIES: '/evil',
      SUOQIAO_HOME: '/home/user/.suoqiao',
      SECRET: 'x',
    }
    expect(Object.keys(childEnvironment(env))).toEqual(['HOME', 'PATH', 'SOFTHSM2_CONF', 'TPM2_PKCS11_STORE'])
  })
})

describe('the pause after crashes', () => {
  it('doubles from 100 ms to 5 s and ends with a signature that works', () => {
    let now = 0
    const breaker = new CircuitBreaker(LIMITS, () => now)
    expect(breaker.backOffMs()).toBe(0)
    const pauses = Array.from({ length: 8 }, () => {
      // More than a minute apart, so that the breaker stays closed.
      now += 70_000
      breaker.crashed()
      return breaker.backOffMs()
    })
    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000])
    breaker.succeeded()
    expect(breaker.backOffMs()).toBe(0)
  })

  it('becomes a minute without the library after three crashes within a minute', () => {
    let now = 0
    const breaker = new CircuitBreaker(LIMITS, () => now)
    for (const at of [0, 30_000, 59_000]) {
      now = at
      expect(breaker.isSuspended()).toBe(false)
      breaker.crashed()
    }
    expect(breaker.isSuspended()).toBe(true)
    expect(breaker.suspendedForMs()).toBe(60_000)
    now += 60_000
    expect(breaker.isSuspended()).toBe(false)
  })
})
