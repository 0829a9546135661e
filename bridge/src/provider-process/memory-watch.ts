/** Stops a library that eats the computer's memory. Linux only: elsewhere the deadlines must do. */
import { readFile } from 'node:fs/promises'

const EVERY_MS = 200
const PAGE_BYTES = 4096

/** Calls `exceeded` once when the process holds more than `maxBytes` (resident). Returns the way to stop watching. */
export function watchMemory(pid: number | undefined, maxBytes: number, exceeded: () => void): () => void {
  if (pid === undefined || process.platform !== 'linux') return () => {}
  const timer = setInterval(() => {
    readFile(`/proc/${pid}/statm`, 'latin1').then(
      (text) => {
        // proc(5): the second number of statm is the resident set in pages.
        if (Number(text.split(' ')[1]) * PAGE_BYTES <= maxBytes) return
        clearInterval(timer)
        exceeded()
      },
      () => clearInterval(timer),
    )
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
