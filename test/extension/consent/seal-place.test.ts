import { describe, expect, it } from 'vitest'
import {
  clampTo,
  coversText,
  moveBy,
  proposePlace,
  resizeBy,
} from '../../../extension/src/consent/seal-place'

const a4 = { width: 595, height: 842 }
const page = { ...a4, index: 2 }
const seal = { width: 120, height: 60 }
const line = (text: string, x: number, y: number, width = 200) => ({ text, x, y, width, height: 12 })

describe('where the seal is proposed', () => {
  it('stands beside 承诺单位（盖章） and covers no text when there is room', () => {
    const texts = [line('以上承诺如有违反', 70, 400), line('承诺单位（盖章）：', 300, 500, 120)]
    const place = proposePlace(page, seal, texts)
    expect(place.page).toBe(2)
    expect(coversText(place, texts)).toBe(false)
    expect(Math.abs(place.y - 500)).toBeLessThan(80)
  })

  it('takes the most exact text, and the last of several', () => {
    const texts = [
      line('法人（盖章）', 70, 100, 80),
      line('承诺单位', 70, 600, 60),
      line('公章', 70, 700, 30),
    ]
    expect(proposePlace(page, seal, texts).y).toBeGreaterThan(540)
  })

  it('stands lower right when no text asks for a seal', () => {
    const place = proposePlace(page, seal, [line('第 1 页', 70, 100)])
    expect(place.x).toBe(595 - 120 - 56)
    expect(place.y).toBe(842 - 60 - 56)
  })

  it('stays on the paper even when the text is at the very edge', () => {
    const crowd = Array.from({ length: 80 }, (_, row) => line('字', 0, row * 10, 595))
    const place = proposePlace(page, seal, [...crowd, line('盖章', 560, 830, 30)])
    expect(place.x + place.width).toBeLessThanOrEqual(595)
    expect(place.y + place.height).toBeLessThanOrEqual(842)
  })
})

describe('moving and pulling the seal', () => {
  const place = { page: 0, x: 10, y: 10, ...seal }

  it('moves by the way asked, and stops at the edge of the paper', () => {
    expect(moveBy(a4, place, 5, -3)).toMatchObject({ x: 15, y: 7 })
    expect(moveBy(a4, place, -50, 2000)).toMatchObject({ x: 0, y: 842 - 60 })
  })

  it('keeps its shape and the opposite corner when a corner is pulled', () => {
    const bigger = resizeBy(a4, place, { x: 1, y: 1 }, 40)
    expect(bigger).toMatchObject({ x: 10, y: 10, width: 160, height: 80 })
    const smaller = resizeBy(a4, place, { x: -1, y: -1 }, 40)
    expect(smaller).toMatchObject({ x: 50, y: 30, width: 80, height: 40 })
  })

  it('never becomes too small to see or larger than the paper', () => {
    expect(resizeBy(a4, place, { x: 1, y: 1 }, -1000).height).toBeGreaterThanOrEqual(24)
    const largest = resizeBy(a4, place, { x: 1, y: 1 }, 5000)
    expect(largest.x + largest.width).toBeLessThanOrEqual(595)
    expect(clampTo(a4, { x: 500, y: 0, width: 900, height: 10 })).toMatchObject({ x: 0, width: 595 })
  })

  it('tells when it lies on text, but not when it only touches it', () => {
    expect(coversText(place, [line('字', 100, 20)])).toBe(true)
    expect(coversText(place, [line('字', 130, 20)])).toBe(false)
    expect(coversText(place, [line('  ', 20, 20)])).toBe(false)
  })
})
