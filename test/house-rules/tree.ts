/** The checkout as the house rules see it: the files git tracks or would track. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Paths from the root, in git's order; deleted ones left out. Works in an unpacked archive too only inside git. */
export function filesOfTheCheckout(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  })
  return listed.split('\n').filter((path) => path !== '' && existsSync(path))
}

export function sourcesUnder(...folders: string[]): string[] {
  return filesOfTheCheckout().filter(
    (path) => /\.(ts|tsx|mjs)$/.test(path) && folders.some((folder) => path.startsWith(`${folder}/`)),
  )
}

export const textOf = (path: string): string => readFileSync(path, 'utf8')
