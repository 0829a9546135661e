/** How the user wants things to look: kept in the extension's storage, applied to the page's root. */
import { effect, signal } from '@preact/signals'
import { browser } from 'wxt/browser'
import { type Language, language } from './i18n'

export interface Appearance {
  readonly theme: 'system' | 'light' | 'dark'
  readonly text: 'normal' | 'large'
  readonly language: Language
}

export const APPEARANCE_KEY = 'appearance'
const standard: Appearance = { theme: 'system', text: 'normal', language: 'zh-CN' }

export const appearance = signal<Appearance>(standard)

/** Reads what was stored; anything malformed becomes the standard. */
export function parseAppearance(stored: unknown): Appearance {
  const found = (typeof stored === 'object' && stored !== null ? stored : {}) as Record<string, unknown>
  return {
    theme: found.theme === 'light' || found.theme === 'dark' ? found.theme : 'system',
    text: found.text === 'large' ? 'large' : 'normal',
    language: found.language === 'en' ? 'en' : 'zh-CN',
  }
}

/** Marks `root` so that tokens.css shows the choice; no mark means: follow the system. */
export function applyAppearance(root: HTMLElement, choice: Appearance): void {
  if (choice.theme === 'system') delete root.dataset.theme
  else root.dataset.theme = choice.theme
  if (choice.text === 'large') root.dataset.text = 'large'
  else delete root.dataset.text
  root.lang = choice.language
}

/** Loads the choice and follows its changes, also those made in another window of ours. */
export async function followAppearance(root: HTMLElement): Promise<void> {
  effect(() => {
    language.value = appearance.value.language
    applyAppearance(root, appearance.value)
  })
  browser.storage.onChanged.addListener((changes, area) => {
    const change = area === 'local' ? changes[APPEARANCE_KEY] : undefined
    if (change) appearance.value = parseAppearance(change.newValue)
  })
  appearance.value = parseAppearance((await browser.storage.local.get(APPEARANCE_KEY))[APPEARANCE_KEY])
}

export async function changeAppearance(change: Partial<Appearance>): Promise<void> {
  appearance.value = { ...appearance.value, ...change }
  await browser.storage.local.set({ [APPEARANCE_KEY]: appearance.value })
}
