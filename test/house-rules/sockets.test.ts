/** Sockets, processes and secrets stay in their rooms: rules a search can prove (security requirements 5 and 7). */
import { expect, test } from 'vitest'
import { sourcesUnder, textOf } from './tree'

const holding = (pattern: RegExp, ...folders: string[]) =>
  sourcesUnder(...folders).filter((path) => pattern.test(textOf(path)))

test('only bridge-client opens a WebSocket in the extension', () => {
  const elsewhere = holding(/\bnew WebSocket\b/, 'extension/src').filter(
    (path) => !path.startsWith('extension/src/bridge-client/'),
  )
  expect(elsewhere).toEqual([])
})

test('nothing of the extension uses localStorage, eval or innerHTML', () => {
  expect(
    holding(/\blocalStorage\b|\beval\(|new Function\(|innerHTML|dangerouslySetInnerHTML/, 'extension/src'),
  ).toEqual([])
})

test('only the provider process, the platform, the PIN windows and the start of the daemon start programs', () => {
  const allowed =
    /^bridge\/src\/(platform|provider-process|pin-prompt|native-host|commands|control|practice)\//
  expect(holding(/node:child_process/, 'bridge/src').filter((path) => !allowed.test(path))).toEqual([])
})

test('the daemon binds no address but 127.0.0.1', () => {
  expect(holding(/['"]0\.0\.0\.0['"]|listen\([^)]*['"](?:::|localhost)['"]/, 'bridge/src')).toEqual([])
})
