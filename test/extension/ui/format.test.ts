import { describe, expect, it } from 'vitest'
import { hexGroups, sayBytes } from '../../../extension/src/ui/format'

describe('sizes and digests as the user reads them', () => {
  it.each([
    [412 * 1024, '412 KB'],
    [900, '900 字节'],
    [5 * 1024 * 1024, '5 MB'],
    [5 * 1024 * 1024 - 1, '4.9 MB'],
    [6.34 * 1024 * 1024, '6.3 MB'],
  ])('says %d bytes as %s', (bytes, said) => {
    expect(sayBytes(bytes)).toBe(said)
  })

  it('shows a digest in sixteen groups of four', () => {
    const groups = hexGroups('72b417f3'.repeat(8))
    expect(groups).toHaveLength(16)
    expect(groups.slice(0, 2)).toEqual(['72b4', '17f3'])
  })
})
