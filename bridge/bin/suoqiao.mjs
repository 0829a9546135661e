#!/usr/bin/env node
/** Starts the built bridge; from a checkout it says how to build it when it is not there. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const built = new URL('../dist/suoqiao.mjs', import.meta.url)
if (existsSync(fileURLToPath(built))) await import(built.href)
else {
  process.stderr.write('锁桥还没有构建，请先运行 npm run build (the bridge is not built yet)\n')
  process.exitCode = 2
}
