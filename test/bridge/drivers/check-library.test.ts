/** P0 13: which library files the bridge loads, and which never. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTokens } from '../../../bridge/src/devices/open-tokens.js'
import { checkLibrary } from '../../../bridge/src/drivers/check-library.js'
import { errorOf } from '../../stands/faulty-token.js'
import { plantLibrary } from '../../stands/planted-library.js'
import { buildProviderChild, type ProviderChild } from '../../stands/provider-child.js'
import { createSoftHsm, type SoftHsm } from '../../stands/softhsm.js'

let dir: string
let hsm: SoftHsm
let child: ProviderChild
let counter = 0

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'suoqiao-libraries-'))
  hsm = await createSoftHsm(join(dir, 'hsm'))
  child = await buildProviderChild()
})
afterAll(async () => {
  await child?.remove()
  await rm(dir, { recursive: true, force: true })
})

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')

/** A private copy of the library in its own directory. */
function copy(): string {
  counter += 1
  const directory = join(dir, `copy-${counter}`)
  mkdirSync(directory, { mode: 0o755 })
  const path = join(directory, 'libvendor.so')
  copyFileSync(hsm.library, path)
  chmodSync(path, 0o644)
  return path
}

describe('P0 13: a library is only loaded from where nobody else can put one', () => {
  it('accepts an installed library of the system, and follows its links', async () => {
    expect(await checkLibrary({ path: hsm.library })).toMatch(/^\/usr\/lib\/.*libsofthsm2\.so$/)
    const link = join(dir, 'link.so')
    symlinkSync(hsm.library, link)
    expect(await checkLibrary({ path: link })).toBe(await checkLibrary({ path: hsm.library }))
  })

  it('accepts another place only when the settings name the exact file by its hash', async () => {
    const path = copy()
    expect(await checkLibrary({ path, sha256: sha256(path) })).toBe(path)
  })

  const refusals: { what: string; make: () => { path: string; sha256?: string }; reason: string }[] = [
    { what: 'a bare name', make: () => ({ path: 'libsofthsm2.so' }), reason: 'relative-path' },
    { what: 'a relative path', make: () => ({ path: './libsofthsm2.so' }), reason: 'relative-path' },
    { what: 'a path with a NUL', make: () => ({ path: '/usr/lib/x.so\0.so' }), reason: 'relative-path' },
    {
      what: 'a place outside the system without a hash',
      make: () => ({ path: copy() }),
      reason: 'not-pinned',
    },
    {
      what: 'a file that was changed since its hash was taken',
      make: () => {
        const path = copy()
        const pin = sha256(path)
        writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.of(0)]))
        return { path, sha256: pin }
      },
      reason: 'hash-differs',
    },
    {
      what: 'a file everybody may write',
      make: () => {
        const path = copy()
        chmodSync(path, 0o666)
        return { path, sha256: sha256(path) }
      },
      reason: 'writable-by-others',
    },
    {
      what: 'a directory everybody may write',
      make: () => {
        const path = copy()
        chmodSync(join(path, '..'), 0o777)
        return { path, sha256: sha256(path) }
      },
      reason: 'writable-by-others',
    },
  ]
  for (const { what, make, reason } of refusals) {
    it(`refuses ${what}`, async () => {
      const request = make()
      const failure = await errorOf(checkLibrary(request))
      expect(failure).toMatchObject({
        code: 'provider.not-allowed',
        details: { reason, file: basename(request.path) },
      })
    })
  }

  it("refuses another user's file", async () => {
    const path = copy()
    // Only root can give a file away; for any other user the file of a stranger is what it is not.
    const isRoot = process.getuid?.() === 0
    if (isRoot) chownSync(path, 65_534, 65_534)
    const verdict = checkLibrary({ path, sha256: sha256(path) }).catch((thrown) => thrown.details.reason)
    expect(await verdict).toBe(isRoot ? 'foreign-owner' : path)
  })
})

describe('a driver file that is none', () => {
  const faults: { what: string; change: (file: Buffer) => Buffer; reason: string }[] = [
    { what: 'a text', change: () => Buffer.from('#!/bin/sh\necho no\n'.repeat(10)), reason: 'not-a-library' },
    { what: 'an empty file', change: () => Buffer.alloc(0), reason: 'not-a-library' },
    {
      what: 'a download that stopped half way',
      change: (file) => file.subarray(0, file.length / 2),
      reason: 'truncated',
    },
    { what: 'a file of 40 bytes', change: (file) => file.subarray(0, 40), reason: 'truncated' },
    {
      what: 'a library for another processor',
      change: (file) => {
        const other = Buffer.from(file)
        // e_machine 8: MIPS
        other.writeUInt16LE(8, 18)
        return other
      },
      reason: 'other-architecture',
    },
    {
      what: 'a program',
      change: (file) => {
        const program = Buffer.from(file)
        program.writeUInt16LE(2, 16)
        return program
      },
      reason: 'not-a-library',
    },
  ]
  for (const { what, change, reason } of faults) {
    it(`${what} is refused as ${reason} without loading it`, async () => {
      const path = copy()
      writeFileSync(path, change(readFileSync(path)))
      const failure = await errorOf(checkLibrary({ path, sha256: sha256(path) }))
      expect(failure).toMatchObject({ code: 'provider.load-failed', details: { reason } })
    })
  }

  it('that is missing is told as not found', async () => {
    expect((await errorOf(checkLibrary({ path: join(dir, 'missing.so') }))).code).toBe('provider.not-found')
  })

  it('that is a library but speaks no PKCS#11 is named in the list, and the others are still listed', async () => {
    process.env.SOFTHSM2_CONF = hsm.env.SOFTHSM2_CONF
    const path = copy()
    plantLibrary(dir, path)
    const tokens = openTokens({
      home: dir,
      practice: false,
      childCommand: child.command,
      providers: [
        { id: 'broken', library: path, sha256: sha256(path) },
        { id: 'missing', library: join(dir, 'missing.so') },
        { id: 'relative', library: 'libsofthsm2.so' },
      ],
    })
    const { tokens: found, failed } = await tokens.list()
    await tokens.close()
    expect(found.map(({ provider }) => provider)).toEqual(['softhsm2'])
    expect(failed).toEqual([
      { provider: 'broken', code: 'provider.load-failed' },
      { provider: 'missing', code: 'provider.not-found' },
      { provider: 'relative', code: 'provider.not-allowed' },
    ])
  })
})

describe('P0 13: a library somebody planted', () => {
  it('in the working directory, in PATH or in LD_LIBRARY_PATH is never loaded', async () => {
    process.env.SOFTHSM2_CONF = hsm.env.SOFTHSM2_CONF
    const trap = join(dir, 'trap')
    mkdirSync(trap)
    // Under the library's own name, and under the names of what it needs.
    const needed = execFileSync('ldd', [hsm.library], { encoding: 'utf8' })
    const dependencies = Array.from(needed.matchAll(/^\s*(lib\S+) =>/gm), ([, name]) => name ?? '')
    const names = ['libsofthsm2.so', ...dependencies]
    const plants = names.map((name) => plantLibrary(dir, join(trap, name)))
    const proof = plantLibrary(dir, join(trap, 'proof.so'))
    execFileSync('/bin/true', { env: { LD_PRELOAD: join(trap, 'proof.so') } })
    expect(proof.wasLoaded()).toBe(true)

    const before = { path: process.env.PATH, directory: process.cwd() }
    process.chdir(trap)
    process.env.PATH = `${trap}:${before.path}`
    process.env.LD_LIBRARY_PATH = trap
    process.env.LD_PRELOAD = join(trap, names[0] ?? '')
    const tokens = openTokens({ home: dir, practice: false, childCommand: child.command })
    try {
      expect((await tokens.list()).tokens.map(({ provider }) => provider)).toEqual(['softhsm2'])
    } finally {
      await tokens.close()
      process.chdir(before.directory)
      process.env.PATH = before.path
      delete process.env.LD_LIBRARY_PATH
      delete process.env.LD_PRELOAD
    }
    expect(names.length).toBeGreaterThan(2)
    expect(plants.map((plant) => plant.wasLoaded())).toEqual(names.map(() => false))
  })
})
