/** @vitest-environment node */
/** Every portal file is whole and honest; what holds for all of them is proved for each. */
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { contentMatches, NEVER_ANYWHERE, portals, portalsAt } from '../../../extension/src/portals'

const folder = path.resolve(import.meta.dirname, '../../../extension/src/portals')
const files = readdirSync(folder).filter((file) => file.endsWith('.portal.ts'))

test('every portal file is found by its name', () => {
  expect(portals.map(({ id }) => `${id}.portal.ts`).toSorted()).toEqual(files.toSorted())
})

for (const portal of portals) {
  describe(portal.id, () => {
    test('names exact origins', () => {
      for (const origin of portal.origins) expect(new URL(origin).origin).toBe(origin)
      expect(portalsAt(portal.origins[0] ?? '', false)).toContain(portal)
    })
    test('is recognised by something on the page, never by its host alone', () => {
      expect(Object.values(portal.recognise).flat().length).toBeGreaterThan(0)
    })
    test('says where its facts come from', () => {
      expect(portal.source.length).toBeGreaterThan(10)
    })
    test('lists no button of the user’s as a download', () => {
      const forbidden = [...NEVER_ANYWHERE, ...portal.never]
      for (const document of portal.signing) {
        expect(
          document.downloadTexts.filter((text) => forbidden.some((word) => text.includes(word))),
        ).toEqual([])
        expect(document.limitBytes).toBeGreaterThan(0)
        expect(document.maxFiles).toBe(1)
      }
    })
  })
}

test('the Xinjiang undertaking is a single PDF of strictly less than 5 MB', () => {
  const portal = portals.find(({ id }) => id === 'xinjiang-cloud')
  expect(portal?.signing).toMatchObject([
    { name: '企业诚信守法承诺书', accept: 'application/pdf', maxFiles: 1, limitBytes: 5 * 1024 * 1024 },
  ])
  expect(portal?.never).toContain('我已阅读同意企业诚信守法承诺书所有条款内容')
})

test('the content script runs on the portals, and on 127.0.0.1 in practice builds only', () => {
  const origins = portals.flatMap((portal) => portal.origins)
  expect(contentMatches(false).toSorted()).toEqual(origins.map((origin) => `${origin}/*`).toSorted())
  expect(contentMatches(false)).toContain('http://jsy.xjjs.gov.cn/*')
  expect(contentMatches(false).filter((match) => match.includes('127.0.0.1'))).toEqual([])
  expect(contentMatches(true)).toContain('http://127.0.0.1/*')
})
