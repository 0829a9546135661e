/** The driver table: one small file per vendor, complete and harmless. */
import { readdirSync } from 'node:fs'
import { isAbsolute, join, win32 } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Driver } from '../../../bridge/src/drivers/driver.js'
import { findLibraries } from '../../../bridge/src/drivers/find-libraries.js'
import { drivers } from '../../../bridge/src/drivers/index.js'
import { providerKinds } from '../../../bridge/src/providers/index.js'

const folder = join(import.meta.dirname, '../../../bridge/src/drivers')

describe('the driver table', () => {
  it('has every file of the folder, each under its own name', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.driver.ts'))
    expect(drivers.map(({ id }) => `${id}.driver.ts`).sort()).toEqual(files.sort())
  })

  for (const driver of drivers) {
    it(`${driver.id} names absolute paths only, a provider that exists, and its source`, () => {
      expect(driver.id).toMatch(/^[a-z0-9-]+$/)
      expect(providerKinds).toContain(driver.provider)
      expect(driver.source).not.toBe('')
      const { linux = [], darwin = [], win32: windows = [] } = driver.libraries as Driver['libraries']
      expect([...linux, ...darwin].every(isAbsolute)).toBe(true)
      expect(windows.every(win32.isAbsolute)).toBe(true)
    })
  }
})

describe('which libraries are used', () => {
  const driver = (changes: Partial<Driver> = {}): Driver => ({
    id: 'vendor',
    vendor: 'Vendor',
    product: 'UKey',
    provider: 'pkcs11',
    libraries: { linux: ['/missing/libvendor.so', '/bin/true'], darwin: ['/bin/sh'] },
    source: 'test',
    verified: 'documented',
    ...changes,
  })

  it('takes the first path of a driver that is installed', () => {
    expect(findLibraries([driver()], []).map(({ id, library }) => [id, library])).toEqual([
      ['vendor', '/bin/true'],
    ])
  })

  it('leaves out a driver that is not installed, or whose service is not there', () => {
    expect(findLibraries([driver({ libraries: { linux: ['/missing.so'] } })], [])).toEqual([])
    expect(findLibraries([driver({ usefulWhen: [{ file: '/missing/socket' }] })], [])).toEqual([])
    expect(findLibraries([driver({ usefulWhen: [{ file: '/missing' }, { env: 'PATH' }] })], [])).toHaveLength(
      1,
    )
  })

  it('lets a library of the settings replace the driver of the same file, keeping what is known of it', () => {
    const found = findLibraries(
      [driver({ quirks: { listMs: 9_000 } })],
      [{ id: 'mine', library: '/bin/true' }],
    )
    expect(found).toEqual([
      {
        id: 'mine',
        vendor: 'Vendor',
        kind: 'pkcs11',
        library: '/bin/true',
        sha256: undefined,
        listMs: 9_000,
      },
    ])
  })
})
