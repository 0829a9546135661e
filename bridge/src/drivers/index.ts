/** All drivers, found by their file names; they are data, so they are read at once. */
import type { Driver } from './driver.js'

const files = import.meta.glob<Driver>('./*.driver.ts', { import: 'default', eager: true })

export const drivers: readonly Driver[] = Object.values(files)
