/** settings.json of the home: what an administrator or the user fixed for every run. */
import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import * as v from 'valibot'

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

/**
 * The settings; none when there is no file. A file that cannot be understood counts as none, too, but `problem`
 * says where it is wrong: half a settings file must not be obeyed, and the administrator must hear of it.
 */
export function readSettings(path: string): { readonly settings: Settings; readonly problem?: string } {
  if (!existsSync(path)) return { settings: {} }
  try {
    const parsed = v.safeParse(settings, JSON.parse(readFileSync(path, 'utf8')))
    if (parsed.success) return { settings: parsed.output }
    return { settings: {}, problem: v.getDotPath(parsed.issues[0]) ?? '(root)' }
  } catch {
    return { settings: {}, problem: 'not JSON' }
  }
}
