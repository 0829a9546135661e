import { defineConfig } from 'vite'

/** Native packages stay outside the bundle: they are loaded from disk, and only in the provider process. */
const native = ['pkcs11js']

export default defineConfig({
  build: {
    ssr: 'src/main.ts',
    outDir: 'dist',
    target: 'node20',
    emptyOutDir: true,
    rollupOptions: {
      output: { format: 'esm', entryFileNames: 'suoqiao.mjs', chunkFileNames: 'chunks/[name]-[hash].mjs' },
    },
  },
  ssr: { noExternal: true, external: native },
})
