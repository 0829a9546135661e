/** P0 8: who speaks is decided from the browser's sender alone. */
import { describe, expect, test } from 'vitest'
import { portalsAt } from '../../../extension/src/portals'
import { type SenderFacts, speakerOf } from '../../../extension/src/router/sender'

const self = {
  id: 'pgfnemmkeecdhcinapgekoojaobcehhb',
  origin: 'chrome-extension://pgfnemmkeecdhcinapgekoojaobcehhb',
}

const judge = (sender: SenderFacts, practice = false): string =>
  speakerOf({ id: self.id, ...sender }, self, (origin) => portalsAt(origin, practice)).kind

/** A content script in the top frame of a tab at this URL, as the browser describes it. */
const top = (url: string, origin?: string): SenderFacts => ({
  url,
  frameId: 0,
  tab: { id: 1, url },
  ...(origin === undefined ? {} : { origin }),
})

const origins: readonly (readonly [string, 'portal' | 'stranger'])[] = [
  ['http://jsy.xjjs.gov.cn', 'portal'],
  ['http://jsy.xjjs.gov.cn:80', 'portal'],
  ['HTTP://JSY.XJJS.GOV.CN', 'portal'],
  ['https://jsy.xjjs.gov.cn', 'stranger'],
  ['http://jsy.xjjs.gov.cn:8080', 'stranger'],
  ['http://jsy.xjjs.gov.cn.', 'stranger'],
  ['http://jsy.xjjs.gov.cn.evil.example', 'stranger'],
  ['http://jsy.xjjs.gov.cn.cn', 'stranger'],
  ['http://jsy.xjjs.gov.cm', 'stranger'],
  ['http://jsy.xjjs.gov.com', 'stranger'],
  ['http://jsy.xjjs.gov.cnn', 'stranger'],
  ['http://jsy.xjjs.gov', 'stranger'],
  ['http://jsy-xjjs.gov.cn', 'stranger'],
  ['http://jsyxjjs.gov.cn', 'stranger'],
  ['http://evil-jsy.xjjs.gov.cn', 'stranger'],
  ['http://evil.jsy.xjjs.gov.cn', 'stranger'],
  ['http://www.xjjs.gov.cn', 'stranger'],
  ['http://xjjs.gov.cn', 'stranger'],
  ['http://jsy.xjjs.gov.cn@evil.example', 'stranger'],
  ['http://evil.example/http://jsy.xjjs.gov.cn', 'stranger'],
  ['http://evil.example/?http://jsy.xjjs.gov.cn', 'stranger'],
  ['http://evil.example/#http://jsy.xjjs.gov.cn', 'stranger'],
  ['http://jsy.xjjs.g0v.cn', 'stranger'],
  ['http://jsy.xjjs.gоv.cn', 'stranger'],
  ['http://jsy。xjjs.gov.cn.evil.example', 'stranger'],
  ['http://xn--jsy.xjjs.gov.cn', 'stranger'],
  ['http://10.0.0.1', 'stranger'],
  ['http://localhost', 'stranger'],
  ['http://127.0.0.1:8080', 'stranger'],
  ['http://[::1]:8080', 'stranger'],
  ['ftp://jsy.xjjs.gov.cn', 'stranger'],
  ['ws://jsy.xjjs.gov.cn', 'stranger'],
  ['file://jsy.xjjs.gov.cn', 'stranger'],
  ['data:text/html,http://jsy.xjjs.gov.cn', 'stranger'],
  ['about:blank', 'stranger'],
  ['about:srcdoc', 'stranger'],
  ['javascript:http://jsy.xjjs.gov.cn', 'stranger'],
  ['blob:http://jsy.xjjs.gov.cn/0b1c', 'stranger'],
  ['filesystem:http://jsy.xjjs.gov.cn/temporary', 'stranger'],
  ['view-source:http://jsy.xjjs.gov.cn', 'stranger'],
  ['chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'stranger'],
  ['null', 'stranger'],
  ['', 'stranger'],
]

describe('P0 8 a page may start signing only from exactly the origin of a portal', () => {
  for (const [origin, verdict] of origins) {
    test(`${origin || '(nothing)'} is a ${verdict}`, () => {
      expect(judge(top(`${origin}/a/b.html#/c`))).toBe(verdict)
    })
  }
})

const practiceOrigins: readonly (readonly [string, boolean, 'portal' | 'stranger'])[] = [
  ['http://127.0.0.1:4173', true, 'portal'],
  ['http://127.0.0.1:4173', false, 'stranger'],
  ['http://127.0.0.1', true, 'stranger'],
  ['https://127.0.0.1:4173', true, 'stranger'],
  ['http://localhost:4173', true, 'stranger'],
  ['http://127.0.0.2:4173', true, 'stranger'],
  ['http://127.0.0.1.evil.example:4173', true, 'stranger'],
  ['http://127.0.0.1:4173@evil.example', true, 'stranger'],
]

describe('the practice origin counts in practice builds only, and only as written', () => {
  for (const [origin, practice, verdict] of practiceOrigins) {
    test(`${origin} in a ${practice ? 'practice' : 'normal'} build is a ${verdict}`, () => {
      expect(judge(top(`${origin}/`), practice)).toBe(verdict)
    })
  }
})

const portal = 'http://jsy.xjjs.gov.cn/page'

describe('P0 8 frames, sandboxes and borrowed names', () => {
  test('a frame of the portal inside the portal may speak', () => {
    expect(judge({ url: portal, frameId: 4, tab: { id: 1, url: portal } })).toBe('portal')
  })
  test('a frame of the portal inside another site may not', () => {
    expect(judge({ url: portal, frameId: 4, tab: { id: 1, url: 'https://evil.example/' } })).toBe('stranger')
  })
  test('a frame whose top page the browser does not tell may not', () => {
    expect(judge({ url: portal, frameId: 4, tab: { id: 1 } })).toBe('stranger')
  })
  test('a foreign frame inside the portal may not', () => {
    expect(judge({ url: 'https://ads.example/', frameId: 4, tab: { id: 1, url: portal } })).toBe('stranger')
  })
  test('a sandboxed frame of the portal has the origin null and may not', () => {
    expect(judge({ url: portal, origin: 'null', frameId: 4, tab: { id: 1, url: portal } })).toBe('stranger')
  })
  test('a sandboxed page of the portal in the top frame may not either', () => {
    expect(judge(top(portal, 'null'))).toBe('stranger')
  })
  test('an origin that is not the one of the URL may not', () => {
    expect(judge(top(portal, 'https://evil.example'))).toBe('stranger')
  })
  test('another extension may not, whatever it says', () => {
    expect(judge({ ...top(portal), id: 'another' })).toBe('stranger')
    expect(judge({ id: 'another', url: `${self.origin}/popup.html` })).toBe('stranger')
  })
  test('a sender without a tab is no content script', () => {
    expect(judge({ url: portal, frameId: 0 })).toBe('stranger')
  })
})

describe('pages of ours', () => {
  test('are known by their address, in a tab, a window or a pop-up', () => {
    expect(judge({ url: `${self.origin}/popup.html`, origin: self.origin })).toBe('page')
    expect(judge({ url: `${self.origin}/popup.html?tab=3`, frameId: 0, tab: { id: 9 } })).toBe('page')
  })
  test('are not served inside a frame', () => {
    expect(judge({ url: `${self.origin}/popup.html`, frameId: 2, tab: { id: 9, url: portal } })).toBe(
      'stranger',
    )
  })
  test('are not what merely begins like us', () => {
    expect(judge({ url: `${self.origin}.evil.example/popup.html`, frameId: 0, tab: { id: 9 } })).toBe(
      'stranger',
    )
    expect(judge({ url: `${self.origin}`, frameId: 0 })).toBe('stranger')
    expect(judge({ url: `${self.origin}/popup.html`, origin: 'null', frameId: 0 })).toBe('stranger')
  })
  test('their path and query are read from the address, not from a message', () => {
    const speaker = speakerOf(
      { id: self.id, url: `${self.origin}/consent.html?job=a1#x`, frameId: 0 },
      self,
      () => [],
    )
    expect(speaker).toMatchObject({ kind: 'page', path: '/consent.html' })
    expect(speaker.kind === 'page' && speaker.query.get('job')).toBe('a1')
  })
})
