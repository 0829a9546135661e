import { beforeEach, describe, expect, it } from 'vitest'
import { fakeBrowser } from 'wxt/testing/fake-browser'
import {
  APPEARANCE_KEY,
  appearance,
  applyAppearance,
  changeAppearance,
  followAppearance,
  parseAppearance,
} from '../../../extension/src/ui/appearance'
import { language } from '../../../extension/src/ui/i18n'

beforeEach(() => fakeBrowser.reset())

describe('the look the user chose', () => {
  it('is the system look in Chinese when nothing sensible is stored', () => {
    for (const stored of [undefined, null, 'dark', { theme: 'pink', text: 3, language: 'fr' }]) {
      expect(parseAppearance(stored)).toEqual({ theme: 'system', text: 'normal', language: 'zh-CN' })
    }
  })

  it('marks the page for dark and large text, and takes the marks away again', () => {
    const root = document.createElement('html')
    applyAppearance(root, { theme: 'dark', text: 'large', language: 'en' })
    expect([root.dataset.theme, root.dataset.text, root.lang]).toEqual(['dark', 'large', 'en'])
    applyAppearance(root, { theme: 'system', text: 'normal', language: 'zh-CN' })
    expect([root.dataset.theme, root.dataset.text, root.lang]).toEqual([undefined, undefined, 'zh-CN'])
  })

  it('is kept and found again by the next window', async () => {
    const root = document.createElement('html')
    await changeAppearance({ theme: 'dark', language: 'en' })
    appearance.value = parseAppearance(null)
    await followAppearance(root)
    expect(root.dataset.theme).toBe('dark')
    expect(language.value).toBe('en')
  })

  it('changes here when another window of ours changes it', async () => {
    const root = document.createElement('html')
    await followAppearance(root)
    await fakeBrowser.storage.local.set({ [APPEARANCE_KEY]: { text: 'large' } })
    expect(root.dataset.text).toBe('large')
  })
})
