/** The provider process as tests start it: built from the sources by the same bundler, since it finds files by glob. */
import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'vite'

const ROOT = resolve(import.meta.dirname, '../..')

export interface ProviderChild {
  readonly command: { readonly execPath: string; readonly args: readonly string[] }
  readonly remove: () => Promise<void>
}

/** Takes about 1 s. The bundle lies inside the checkout, so that it finds pkcs11js. */
export async function buildProviderChild(): Promise<ProviderChild> {
  const directory = join(ROOT, 'node_modules/.cache', `provider-child-${randomBytes(6).toString('hex')}`)
  await mkdir(directory, { recursive: true })
  const entry = join(directory, 'entry.ts')
  const child = join(ROOT, 'bridge/src/provider-process/child.ts')
  await writeFile(
    entry,
    `import { runProviderProcess } from ${JSON.stringify(child)}\nvoid runProviderProcess(process.argv.slice(3))\n`,
  )
  await build({
    configFile: false,
    root: directory,
    logLevel: 'error',
    build: {
      ssr: entry,
      outDir: join(directory, 'out'),
      target: 'node20',
      rollupOptions: { output: { format: 'esm', entryFileNames: 'child.mjs' } },
    },
    ssr: { noExternal: true, external: ['pkcs11js'] },
  })
  return {
    command: { execPath: process.execPath, args: [join(directory, 'out/child.mjs')] },
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
