/** All checks, found by their file names. */
import type { Check } from './check.js'

const files = import.meta.glob<Check>('./*.check.ts', { import: 'default', eager: true })

export const checks: readonly Check[] = Object.values(files)
