/** Builds the extension for Chrome (MV3) and Firefox (MV2), each also as a practice build for http://127.0.0.1. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { defineConfig } from 'wxt'

const practice = process.env.SUOQIAO_PRACTICE === '1'
const identity = JSON.parse(readFileSync(new URL('./manifest-key.json', import.meta.url), 'utf8')) as {
  key: string
  geckoId: string
}

/**
 * No remote code, no remote data: the only connections are our own files and the bridge on the loopback.
 * Explicit because Firefox's default for MV3 turns ws://127.0.0.1 into wss (bridge/security.md).
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self' blob: data: ws://127.0.0.1:*",
  "img-src 'self' blob: data:",
  "font-src 'self' blob: data:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** pdf.js reads its character maps, standard fonts and image decoders as files: they go beside the pages. */
function pdfjsAssets(): { absoluteSrc: string; relativeDest: string }[] {
  const root = path.dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
  return ['cmaps', 'standard_fonts', 'wasm'].flatMap((folder) =>
    readdirSync(path.join(root, folder)).map((file) => ({
      absoluteSrc: path.join(root, folder, file),
      relativeDest: `pdfjs/${folder}/${file}`,
    })),
  )
}

export default defineConfig({
  srcDir: 'src',
  imports: false,
  outDir: 'dist',
  outDirTemplate: practice ? 'practice-{{browser}}' : '{{browser}}',
  manifest: ({ browser }) => ({
    name: '__MSG_extName__',
    description: '__MSG_extDescription__',
    default_locale: 'zh_CN',
    permissions: ['nativeMessaging', 'storage'],
    icons: { 16: 'icons/16.png', 32: 'icons/32.png', 48: 'icons/48.png', 128: 'icons/128.png' },
    content_security_policy: { extension_pages: contentSecurityPolicy },
    ...(browser === 'firefox'
      ? {
          browser_specific_settings: {
            gecko: {
              id: identity.geckoId,
              strict_min_version: '128.0',
              data_collection_permissions: { required: ['none'] },
            },
          },
        }
      : { key: identity.key, minimum_chrome_version: '116' }),
  }),
  hooks: {
    'build:publicAssets': (_wxt, files) => {
      files.push(...pdfjsAssets())
    },
  },
  vite: () => ({
    define: { 'import.meta.env.PRACTICE': JSON.stringify(practice) },
  }),
})
