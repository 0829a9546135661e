/** settings.json of the home: what an administrator or the user fixed for every run. */
import { isAbsolute } from 'node:path'
import * as v from 'valibot'
import { readJsonFile } from './json-file.js'

/** `auto`, `extension`, or `pinentry:` and the absolute path of a pinentry program. */
export const pinPromptKind = v.pipe(
  v.string(),
  v.check(
    (text) => text === 'auto' || text === 'extension' || isAbsolute(text.replace(/^pinentry:/, '')),
    'auto, extension or pinentry:<absolute path>',
  ),
  v.transform((text) => text as PinPromptKind),
)
export type PinPromptKind = 'auto' | 'extension' | `pinentry:${string}`

/** An exact origin: scheme, host and port, no path. */
export const exactOrigin = v.pipe(
  v.string(),
  v.check((text) => URL.canParse(text) && new URL(text).origin === text, 'an exact origin'),
)

const settings = v.object({
  practiceOrigin: v.optional(exactOrigin),
  pinPrompt: v.optional(pinPromptKind),
  providers: v.optional(
    v.array(
      v.object({
        id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,60}$/)),
        library: v.pipe(v.string(), v.check(isAbsolute, 'an absolute path')),
        sha256: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
      }),
    ),
  ),
})
export type Settings = v.InferOutput<typeof settings>

/** The settings, empty when there is no readable file. */
export function readSettings(path: string): Settings {
  return readJsonFile(path, settings, {})
}
