/** A log file that keeps its size: at the limit it becomes .1, the older ones move up, the oldest goes. */
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface RotatingFile {
  write(line: string): void
  close(): void
}

/** Security requirement 24: five files of 1 MiB. */
export const LOG_FILES = 5
export const LOG_FILE_BYTES = 1 << 20

/**
 * Opens `<directory>/<name>.log`. Lines are written at once, so the last words before a crash are on disk;
 * a full disk loses log lines, never a request.
 */
export function openRotatingFile(
  directory: string,
  name: string,
  maxBytes = LOG_FILE_BYTES,
  files = LOG_FILES,
): RotatingFile {
  const path = (index: number): string =>
    join(directory, index === 0 ? `${name}.log` : `${name}.${index}.log`)
  const open = (): number => openSync(path(0), 'a', 0o600)
  let descriptor = open()
  let size = fstatSync(descriptor).size

  const rotate = (): void => {
    closeSync(descriptor)
    rmSync(path(files - 1), { force: true })
    for (let index = files - 2; index >= 0; index -= 1) {
      try {
        renameSync(path(index), path(index + 1))
      } catch {
        // That file does not exist yet.
      }
    }
    descriptor = open()
    size = 0
  }
  return {
    write: (line) => {
      try {
        const bytes = Buffer.from(line)
        if (size > 0 && size + bytes.length > maxBytes) rotate()
        writeSync(descriptor, bytes)
        size += bytes.length
      } catch {
        // A full disk must not stop the daemon.
      }
    },
    close: () => closeSync(descriptor),
  }
}
