/** A shared library that only leaves a mark when somebody loads it. Needs gcc. */
import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Compiles it to `path`; `wasLoaded` tells whether the loader ever ran it. */
export function plantLibrary(dir: string, path: string): { readonly wasLoaded: () => boolean } {
  const mark = join(dir, `${Math.random().toString(36).slice(2)}.loaded`)
  const source = join(dir, 'plant.c')
  writeFileSync(
    source,
    `#include <stdio.h>\n__attribute__((constructor)) static void mark(void) { FILE *f = fopen("${mark}", "w"); if (f) fclose(f); }\n`,
  )
  execFileSync('gcc', ['-shared', '-fPIC', '-o', path, source])
  return { wasLoaded: () => existsSync(mark) }
}
