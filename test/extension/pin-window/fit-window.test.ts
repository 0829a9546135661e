/** The password window's size: the buttons are seen without scrolling. */
import { expect, test } from 'vitest'
import { fitWindow } from '../../../extension/src/pin-window/fit-window'

async function sizesAsked(type: string, contentHeight: number, k = '1'): Promise<unknown[]> {
  const root = document.createElement('html')
  root.style.setProperty('--k', k)
  document.body.replaceChildren(root)
  Object.defineProperty(root, 'scrollHeight', { value: contentHeight })
  Object.assign(window, { innerWidth: 420, innerHeight: 320 })
  const asked: unknown[] = []
  await fitWindow(root, {
    getCurrent: async () => ({ id: 7, type, width: 420, height: 360 }),
    update: async (id, size) => void asked.push([id, size]),
  })
  return asked
}

test('the last try’s warning makes the window as much higher as its buttons need', async () => {
  expect(await sizesAsked('popup', 390)).toEqual([[7, { height: 430 }]])
})

test('large text makes the window wider', async () => {
  expect(await sizesAsked('popup', 300, '1.2')).toEqual([[7, { width: 504 }]])
})

test('a window that is large enough stays as it is', async () => {
  expect(await sizesAsked('popup', 300)).toEqual([])
})

test('a password page that is a tab does not resize my browser window', async () => {
  expect(await sizesAsked('normal', 900)).toEqual([])
})
