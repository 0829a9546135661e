/** Puts a screen into its page: language and look first, so that nothing flashes, then the screen. */
import { type ComponentChildren, render } from 'preact'
import { followAppearance } from './appearance'

/** `surface` is `page` for full pages (15 px text) and `window` for the small ones (14 px). */
export async function mountPage(surface: 'page' | 'window', screen: ComponentChildren): Promise<void> {
  const root = document.documentElement
  if (surface === 'page') document.body.dataset.surface = 'page'
  await followAppearance(root)
  render(screen, document.body)
}
