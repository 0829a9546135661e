/** Debts carry a date, tests run, and nothing of this computer or of a registry is written down. */
import { expect, test } from 'vitest'
import { filesOfTheCheckout, sourcesUnder, textOf } from './tree'

const everything = sourcesUnder('protocol', 'bridge', 'extension', 'installers', 'test')
const self = 'test/house-rules/debts.test.ts'

test('a debt has a date that has not passed', () => {
  const today = new Date().toISOString().slice(0, 10)
  const overdue = everything
    .filter((path) => path !== self)
    .flatMap((path) =>
      [...textOf(path).matchAll(/\b(?:TODO|FIXME)\b(?:\((\d{4}-\d\d-\d\d)\))?/g)].map((hit) => ({
        path,
        due: hit[1],
      })),
    )
    .filter(({ due }) => due === undefined || due < today)
  expect(overdue).toEqual([])
})

test('no test is skipped, singled out or left for later', () => {
  const idle = everything.filter(
    (path) => path !== self && /\b(?:it|test|describe)\.(?:only|skip|todo|skipIf|runIf)\b/.test(textOf(path)),
  )
  expect(idle).toEqual([])
})

test('no private path and no registry address is committed', () => {
  const private_ = /\/work\/(?:main|shared)|\/root\/|registry\.npmjs|deb\.debian\.org/
  const hits = filesOfTheCheckout()
    .filter((path) => path !== self && /\.(ts|tsx|mjs|cjs|json|md|css|html|sh|c)$/.test(path))
    .filter((path) => private_.test(textOf(path)))
  expect(hits).toEqual([])
})

test('no script opens the test runner’s own server, which answers to anyone on the computer', () => {
  expect(textOf('package.json')).not.toMatch(/vitest[^"]*--(?:ui|api)/)
})
