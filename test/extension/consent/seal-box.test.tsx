import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { SealBox } from '../../../extension/src/consent/seal-box'
import { consentOnTheTable, installCanvasDouble } from './consent-stand'

beforeAll(installCanvasDouble)
afterEach(() => render(null, document.body))

function seal(init: KeyboardEventInit) {
  const { consent } = consentOnTheTable({ file: new Uint8Array() })
  const place = { page: 0, x: 100, y: 100, width: 80, height: 40 }
  consent.place.value = place
  void act(() =>
    render(
      <SealBox consent={consent} place={place} size={{ width: 595, height: 842 }} scale={1} />,
      document.body,
    ),
  )
  const box = document.querySelector('[data-testid="seal"]')
  box?.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...init }))
  return consent.place.value
}

describe('the seal with the keyboard', () => {
  it.each([
    [{ key: 'ArrowLeft' }, { x: 99, y: 100 }],
    [{ key: 'ArrowDown' }, { x: 100, y: 101 }],
    [
      { key: 'ArrowRight', shiftKey: true },
      { x: 110, y: 100 },
    ],
    [
      { key: 'ArrowUp', shiftKey: true },
      { x: 100, y: 90 },
    ],
    [
      { key: 'ArrowUp', ctrlKey: true },
      { width: 82, height: 41 },
    ],
    [
      { key: 'ArrowDown', ctrlKey: true },
      { width: 78, height: 39 },
    ],
    [
      { key: 'ArrowLeft', isComposing: true },
      { x: 100, y: 100 },
    ],
  ])('goes where %j sends it', (key, where) => {
    expect(seal(key)).toMatchObject(where)
  })

  it('puts its flag below when the line above would be hidden', () => {
    const { consent } = consentOnTheTable({ file: new Uint8Array() })
    const place = { page: 0, x: 100, y: 100, width: 80, height: 40 }
    const draw = () =>
      void act(() =>
        render(
          <SealBox consent={consent} place={place} size={{ width: 595, height: 842 }} scale={1} />,
          document.body,
        ),
      )
    draw()
    expect(document.querySelector('em')?.className).toBe('')
    consent.texts.value = [{ text: '承诺单位（盖章）', x: 90, y: 80, width: 100, height: 12 }]
    draw()
    expect(document.querySelector('em')?.className).toBe('below')
  })

  it('can be reached with Tab and says what it is', () => {
    seal({ key: 'x' })
    const box = document.querySelector<HTMLElement>('[data-testid="seal"]')
    expect(box?.tabIndex).toBe(0)
    expect(box?.getAttribute('aria-label')).toContain('方向键')
  })
})
