/** A portal file is held against a page: every text it looks for must find what it is meant to find. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { findDocuments } from '../../../extension/src/page/find-document'
import { portals } from '../../../extension/src/portals'
import type { Portal } from '../../../extension/src/portals/portal'

/**
 * Pages by portal id. The Xinjiang one is our practice page, made after the manual's text: nobody here has seen the
 * portal itself. When its real page is known, save it (without personal data) and name it here instead.
 */
const PAGES: Readonly<Record<string, string>> = {
  'xinjiang-cloud': 'bridge/src/practice/pages/portal.html',
}

test('every portal that signs has a page to be held against', () => {
  expect(portals.filter(({ signing }) => signing.length > 0).map(({ id }) => id)).toEqual(Object.keys(PAGES))
})

describe.each(Object.entries(PAGES))('%s', (id, page) => {
  const portal = portals.find((candidate) => candidate.id === id) as Portal
  beforeAll(() => {
    const parsed = new DOMParser().parseFromString(readFileSync(page, 'utf8'), 'text/html')
    for (const loading of parsed.querySelectorAll('link, script')) loading.remove()
    document.documentElement.replaceChildren(...parsed.documentElement.childNodes)
    for (const hidden of document.querySelectorAll('[hidden]')) hidden.removeAttribute('hidden')
  })

  test.each(portal.signing)('$name is found with its download and its upload field', ({ name }) => {
    const found = findDocuments(document, portal).find((item) => item.document.name === name)
    expect(found?.download).not.toBeNull()
    expect(found?.upload?.type).toBe('file')
  })

  test('is recognised by its title or a menu text, and each of these stands on it', () => {
    const words = [...(portal.recognise.titles ?? []), ...(portal.recognise.menuTexts ?? [])]
    const text = `${document.title} ${document.documentElement.textContent ?? ''}`
    expect(words.filter((word) => !text.includes(word))).toEqual([])
  })

  test.each(portal.signing)('each text of $name stands on the page, so a typing error shows', (signing) => {
    const text = document.documentElement.textContent ?? ''
    for (const wanted of [...signing.downloadTexts, ...signing.uploadLabels, signing.uploadButton]) {
      expect(text).toContain(wanted)
    }
  })

  test.each(portal.signing)('the first upload label of $name alone finds the field', (signing) => {
    const only = { ...portal, signing: [{ ...signing, uploadLabels: signing.uploadLabels.slice(0, 1) }] }
    expect(findDocuments(document, only)[0]?.upload).not.toBeNull()
    const none = { ...portal, signing: [{ ...signing, uploadLabels: ['没有这个词'] }] }
    expect(findDocuments(document, none)[0]?.upload ?? null).toBeNull()
  })
})
