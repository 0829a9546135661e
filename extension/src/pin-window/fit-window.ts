/** Lets the password window grow until its buttons are seen: last try, practice and large text need more height. */

/** Width of the design (mock-up 03-sign) at normal text size, CSS pixels. */
const WIDTH = 420

interface OwnWindow {
  readonly id?: number | undefined
  readonly type?: string | undefined
  readonly width?: number | undefined
  readonly height?: number | undefined
}

export interface WindowTools {
  getCurrent(): Promise<OwnWindow>
  update(id: number, size: { width?: number; height?: number }): Promise<unknown>
}

/** Grows and never shrinks; a page that is a tab stays as it is. Throws nothing: a small window still scrolls. */
export async function fitWindow(root: HTMLElement, windows: WindowTools): Promise<void> {
  try {
    const { id, type, width = 0, height = 0 } = await windows.getCurrent()
    const view = root.ownerDocument.defaultView
    if (type !== 'popup' || id === undefined || !view) return
    const scale = Number.parseFloat(view.getComputedStyle(root).getPropertyValue('--k')) || 1
    const wider = Math.ceil(WIDTH * scale) - view.innerWidth
    if (wider > 0) await windows.update(id, { width: width + wider })
    const higher = root.scrollHeight - view.innerHeight
    if (higher > 0) await windows.update(id, { height: height + higher })
  } catch {
    // A window manager that places windows itself refuses: then the page scrolls.
  }
}
