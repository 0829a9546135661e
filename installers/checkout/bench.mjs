/** `npm run bench`: sets up, builds, measures. Arguments (`--json`, `--only`, `--list`) go to test/bench/run.ts. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildIfNeeded, ROOT, setup } from './setup.mjs'

/** Internal: the set-up runs in a process of its own, so that what npm and apt say never mixes with the JSON on stdout. */
const SET_UP = '--set-up-only'
const STDERR = 2

if (process.argv[2] === SET_UP) {
  setup('test')
  buildIfNeeded()
} else {
  const args = process.argv.slice(2)
  const ready = node([fileURLToPath(import.meta.url), SET_UP], STDERR)
  process.exitCode =
    ready || node(['--import', 'tsx', join(ROOT, 'test', 'bench', 'run.ts'), ...args], 'inherit')
}

/** Runs Node and returns its exit code. @param {string[]} args @param {number | 'inherit'} stdout */
function node(args, stdout) {
  const ended = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['inherit', stdout, 'inherit'] })
  return ended.status ?? 1
}
