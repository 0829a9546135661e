/** `npm start`: sets up what is missing, builds, then starts the practice portal, the bridge and a browser. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildIfNeeded, ROOT, setup } from './setup.mjs'

setup(/--browser[= ]firefox/.test(process.argv.join(' ')) ? 'firefox' : 'start')
buildIfNeeded()

const child = spawn(
  process.execPath,
  [
    '--import',
    import.meta.resolve('tsx'),
    join(ROOT, 'installers/checkout/practice/practice.ts'),
    ...process.argv.slice(2),
  ],

  { stdio: 'inherit' },
)
// A terminal's Ctrl-C reaches the child by itself; a signal sent to us alone must be handed on.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    if (signal === 'SIGTERM') child.kill(signal)
  })
}
child.on('exit', (code) => {
  process.exitCode = code ?? 1
})
