/** The README stays true: every path it names exists, every folder of the layout is named in it. */
import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { filesOfTheCheckout, textOf } from './tree'

const readmes = filesOfTheCheckout().filter((path) => path.endsWith('README.md'))
const named = (text: string) =>
  [...text.matchAll(/`((?:extension|bridge|protocol|installers|test)\/[A-Za-z0-9_./-]+)`/g)].map(
    (hit) => hit[1] ?? '',
  )

test('every path in the main README is there', () => {
  const paths = named(textOf('README.md'))
  expect(paths.length).toBeGreaterThan(20)
  expect(paths.filter((path) => !existsSync(path))).toEqual([])
})

test('every path from the root in any README is there, unless it is built', () => {
  const missing = readmes.flatMap((readme) =>
    named(textOf(readme))
      .filter((path) => !path.includes('/dist') && !existsSync(path))
      .map((path) => `${readme}: ${path}`),
  )
  expect(missing).toEqual([])
})

test('every file in the way of one request is there', () => {
  const way = textOf('README.md').split('## The way of one request')[1]?.split('```')[1] ?? ''
  const files = [...way.matchAll(/[a-z0-9./-]+\.tsx?\b/g)].map(([name]) => name)
  expect(files.length).toBeGreaterThan(15)
  const all = filesOfTheCheckout()
  expect(files.filter((name) => !all.some((path) => path === name || path.endsWith(`/${name}`)))).toEqual([])
})

test('no README holds a place for something to come later', () => {
  expect(readmes.filter((path) => /\bFIGURES\b|\bTBD\b|lorem ipsum/.test(textOf(path)))).toEqual([])
})

test('every text file that sources point to is there', () => {
  const all = filesOfTheCheckout()
  const pointed = all
    .filter((path) => /^(protocol|bridge|extension)\/src\/.*\.tsx?$/.test(path))
    .flatMap((path) =>
      [...textOf(path).matchAll(/\b[a-z][a-z0-9-]*(?:\/[A-Za-z0-9-]+)*\.md\b/g)].map(([name]) => name),
    )
  expect([...new Set(pointed)].filter((name) => !all.includes(name))).toEqual([])
})

test.each(['bridge/src', 'extension/src', 'test'])('the map names every folder of %s', (folder) => {
  const text = textOf('README.md')
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(folders.map(({ name }) => name).filter((name) => !text.includes(`${name}/`))).toEqual([])
})

test('each workspace has a README that says why it is so', () => {
  for (const folder of ['protocol', 'bridge', 'extension']) {
    expect(textOf(`${folder}/README.md`), folder).toContain('## Why it is so')
  }
})
