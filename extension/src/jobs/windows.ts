/** Our own small windows: the consent and the PIN window, and which of them belongs to what. */
import { browser } from 'wxt/browser'

export interface WindowSize {
  readonly width: number
  readonly height: number
}

export const CONSENT_SIZE: WindowSize = { width: 960, height: 690 }
export const PIN_SIZE: WindowSize = { width: 420, height: 360 }

/** Opens a page of ours as a pop-up window; null when the browser would not. */
export async function openWindow(path: string, size: WindowSize): Promise<number | null> {
  const opened = await browser.windows.create({
    type: 'popup',
    url: `${browser.runtime.getURL('/')}${path}`,
    ...size,
    focused: true,
  })
  return opened?.id ?? null
}

/** Closes a window; one that is gone already is no error. */
export async function closeWindow(windowId: number): Promise<void> {
  try {
    await browser.windows.remove(windowId)
  } catch {
    // The user was faster.
  }
}
