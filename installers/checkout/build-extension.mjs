/** Builds the four extensions into extension/dist: chrome, firefox, and both again as practice builds. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const extension = fileURLToPath(new URL('../../extension', import.meta.url))
// The package exports no package.json: its entry is <package>/dist/index.mjs.
const wxt = path.join(path.dirname(fileURLToPath(import.meta.resolve('wxt'))), '../bin/wxt.mjs')

/**
 * One build; its output is shown only when it fails.
 * @param {string} browser
 * @param {boolean} practice
 */
function build(browser, practice) {
  const folder = path.join(extension, 'dist', practice ? `practice-${browser}` : browser)
  const run = spawnSync(process.execPath, [wxt, 'build', '--browser', browser], {
    cwd: extension,
    encoding: 'utf8',
    env: { ...process.env, SUOQIAO_PRACTICE: practice ? '1' : '0' },
  })
  if (run.status !== 0 || !existsSync(path.join(folder, 'manifest.json'))) {
    console.error(`${run.stdout}\n${run.stderr}\n${folder} was not built`)
    process.exit(1)
  }
}

for (const practice of [false, true]) {
  for (const browser of ['chrome', 'firefox']) build(browser, practice)
}
