/** Which presses on the panel count: a person's, on a panel the person could see. */
import { afterEach, expect, test } from 'vitest'
import { judgePress } from '../../../extension/src/panel/genuine'

afterEach(() => document.documentElement.removeAttribute('style'))

/** A trusted press by key, which has no coordinates. The DOM of the test gives no trusted events, so this stands for one. */
const press = { isTrusted: true, clientX: 0, clientY: 0 } as MouseEvent

function panel(): Element {
  const host = document.createElement('suoqiao-panel')
  document.documentElement.append(host)
  return host
}

test('a press counts when the panel is to be seen, also on a portal in mourning grey', () => {
  expect(judgePress(press, panel())).toBe('genuine')
  document.documentElement.setAttribute('style', 'filter: grayscale(1)')
  expect(judgePress(press, panel())).toBe('genuine')
})

test.each([
  'opacity: 0.01',
  'visibility: hidden',
  'filter: grayscale(1) opacity(0)',
  'clip-path: inset(0 0 0 100%)',
  'mask-image: linear-gradient(transparent, transparent)',
])('a press on a panel that the page has hidden by “%s” is refused', (style) => {
  document.documentElement.setAttribute('style', style)
  expect(judgePress(press, panel())).toBe('covered')
})

test('a press that a script made is none', () => {
  expect(judgePress(new MouseEvent('click'), panel())).toBe('synthetic')
})
