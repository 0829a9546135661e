import { defineConfig } from 'vite'

/** `npx vite build test/extension/ui/gallery --outDir DIR` makes pages of all screens with made-up data. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  define: { 'import.meta.env.PRACTICE': 'false' },
})
