/** @vitest-environment node */
/** What we never do on a portal's page, proved on the sources and, for sockets, on the built scripts. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const extension = path.resolve(import.meta.dirname, '../../../extension')
const sources = ['page', 'panel'].flatMap((folder) =>
  readdirSync(path.join(extension, 'src', folder)).map((file) => {
    const name = path.join(extension, 'src', folder, file)
    return { name, text: readFileSync(name, 'utf8') }
  }),
)

test('no code that touches a page presses a button, ticks a box or sends a form', () => {
  expect(sources.length).toBeGreaterThan(10)
  const presses =
    /\.click\(|\.submit\(|requestSubmit|\.checked\s*=|MouseEvent\(|KeyboardEvent\(|PointerEvent\(/
  expect(sources.filter(({ text }) => presses.test(text)).map(({ name }) => name)).toEqual([])
})

test('only put-back sets a value of the page, and only the files of an upload field', () => {
  const sets = /\.value\s*=(?!=)|\.files\s*=(?!=)|setAttribute\(/
  const holding = sources
    .filter(({ name }) => name.includes(`${path.sep}page${path.sep}`))
    .filter(({ text }) => sets.test(text))
  expect(holding.map(({ name }) => path.basename(name))).toEqual(['put-back.ts'])
})

for (const build of ['chrome', 'firefox', 'practice-chrome', 'practice-firefox']) {
  test(`P0 7 the content script of the ${build} build opens no socket and asks for no native host`, () => {
    const folder = path.join(extension, 'dist', build, 'content-scripts')
    expect(existsSync(folder), 'run: npm run build:extension').toBe(true)
    for (const file of readdirSync(folder)) {
      const text = readFileSync(path.join(folder, file), 'utf8')
      expect(text).not.toMatch(/WebSocket|XMLHttpRequest|EventSource|connectNative|sendNativeMessage/)
    }
  })

  test(`the manifest of the ${build} build asks for no host and runs where the portal files say`, () => {
    const manifest = JSON.parse(readFileSync(path.join(extension, 'dist', build, 'manifest.json'), 'utf8'))
    expect(manifest.permissions.toSorted()).toEqual(['nativeMessaging', 'storage'])
    expect(manifest.host_permissions).toBeUndefined()
    expect(manifest.externally_connectable).toBeUndefined()
    expect(manifest.web_accessible_resources ?? []).toEqual([])
    const practice = build.startsWith('practice')
    expect(manifest.content_scripts).toHaveLength(1)
    expect(manifest.content_scripts[0].all_frames ?? false).toBe(false)
    expect(manifest.content_scripts[0].matches.toSorted()).toEqual(
      [...(practice ? ['http://127.0.0.1/*'] : []), 'http://jsy.xjjs.gov.cn/*'].toSorted(),
    )
  })
}
