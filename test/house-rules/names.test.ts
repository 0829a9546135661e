/** Names a stranger can guess: no rooms for leftovers, plug-ins named after what they are. */
import { readdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { expect, test } from 'vitest'
import { filesOfTheCheckout, sourcesUnder, textOf } from './tree'

const product = ['protocol/src', 'bridge/src', 'extension/src', 'installers']

test('no folder is called utils, helpers, common or another word that says nothing', () => {
  const empty = /(^|\/)(utils?|helpers?|common|misc|shared|core|lib|managers?|services?|models?|types)\//
  expect(filesOfTheCheckout().filter((path) => empty.test(path))).toEqual([])
})

test('the top level is the one the user fixed', () => {
  const allowed = new Set([
    'extension',
    'bridge',
    'protocol',
    'installers',
    'test',
    'package.json',
    'tsconfig.json',
    'README.md',
    'package-lock.json',
    'biome.json',
    'CHANGELOG.md',
    'LICENSE',
    '.gitignore',
    '.ci',
  ])
  const roots = new Set(filesOfTheCheckout().map((path) => path.split('/')[0] ?? ''))
  expect([...roots].filter((root) => !allowed.has(root))).toEqual([])
})

test('every source file begins by saying what it is for', () => {
  const silent = sourcesUnder(...product).filter((path) => {
    const text = textOf(path)
      .replace(/^#!.*\n/, '')
      .trimStart()
    return (
      !text.startsWith('/**') &&
      !(path.includes('/protocol/src/methods/') || /protocol\/src\/methods\//.test(path))
    )
  })
  expect(silent).toEqual([])
})

test('a plug-in has the id of its file name', () => {
  const plugins = sourcesUnder('bridge/src', 'extension/src').filter((path) =>
    /\.(portal|driver|provider|check|fix)\.ts$/.test(path),
  )
  expect(plugins.length).toBeGreaterThan(2)
  for (const path of plugins) {
    const id = basename(path).replace(/\.[a-z]+\.ts$/, '')
    expect(textOf(path), path).toMatch(new RegExp(`\\bid: ['"]${id}['"]`))
  }
})

test('every method has a handler file of the same name, and the other way round', () => {
  const inFolder = (folder: string) =>
    readdirSync(folder)
      .filter((name) => /^[a-z-]+\.[a-z-]+\.ts$/.test(name))
      .sort()
  expect(inFolder('bridge/src/handlers')).toEqual(inFolder('protocol/src/methods'))
})

test('tests mirror the source: each test file stands in a folder that the product has too', () => {
  const own = /^test\/(journeys|stands|portals|house-rules|bench)\//
  const folders = new Set(filesOfTheCheckout().map((path) => dirname(path)))
  const strays = sourcesUnder('test')
    .filter((path) => /\.test\.tsx?$/.test(path) && !own.test(path))
    .map((path) =>
      dirname(path)
        .replace(/^test\//, '')
        .replace(/^(protocol|bridge|extension)/, '$1/src')
        .replace(/\/$/, ''),
    )
    .filter((folder) => ![...folders].some((known) => known === folder || known.startsWith(`${folder}/`)))
  expect([...new Set(strays)]).toEqual([])
})
