/** Looks at a library file before it is loaded: is it one, for this computer, and complete. */
import { arch } from 'node:process'

export type LibraryFault = 'not-a-library' | 'other-architecture' | 'truncated'

/** ELF gABI, e_machine. */
const ELF_MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183, loong64: 258, ia32: 3, arm: 40 }
/** PE/COFF specification, Machine. */
const PE_MACHINES: Readonly<Record<string, number>> = { x64: 0x8664, arm64: 0xaa64, ia32: 0x14c }
const ELF_SHARED_OBJECT = 3

/** Null when the loader may try. A cut-off library would not fail to load, it would crash with SIGBUS. */
export function libraryFault(
  file: Buffer,
  platform: NodeJS.Platform = process.platform,
): LibraryFault | null {
  if (platform === 'win32') return peFault(file)
  return platform === 'linux' ? elfFault(file) : machOFault(file)
}

function elfFault(file: Buffer): LibraryFault | null {
  if (file.length < 20 || file.readUInt32BE(0) !== 0x7f454c46) return 'not-a-library'
  const is64 = file[4] === 2
  if (file.readUInt16LE(16) !== ELF_SHARED_OBJECT) return 'not-a-library'
  if (file.readUInt16LE(18) !== ELF_MACHINES[arch]) return 'other-architecture'
  if (!is64) return file.length < 52 ? 'truncated' : null
  if (file.length < 64) return 'truncated'
  return isElf64Complete(file) ? null : 'truncated'
}

/** Section headers stand at the end of the file, segments must lie within it (gABI, ELF header and program header). */
function isElf64Complete(file: Buffer): boolean {
  const sectionsEnd = file.readBigUInt64LE(40) + BigInt(file.readUInt16LE(58) * file.readUInt16LE(60))
  if (sectionsEnd > file.length) return false
  const programHeaders = Number(file.readBigUInt64LE(32))
  const size = file.readUInt16LE(54)
  for (let index = 0; index < file.readUInt16LE(56); index += 1) {
    const at = programHeaders + index * size
    if (at + 56 > file.length) return false
    if (file.readBigUInt64LE(at + 8) + file.readBigUInt64LE(at + 32) > file.length) return false
  }
  return true
}

function peFault(file: Buffer): LibraryFault | null {
  if (file.length < 64 || file.toString('latin1', 0, 2) !== 'MZ') return 'not-a-library'
  const at = file.readUInt32LE(60)
  if (at + 6 > file.length) return 'truncated'
  if (file.toString('latin1', at, at + 4) !== 'PE\0\0') return 'not-a-library'
  return file.readUInt16LE(at + 4) === PE_MACHINES[arch] ? null : 'other-architecture'
}

/** Mach-O 64-bit, either alone or in a universal file (loader.h, fat.h). */
function machOFault(file: Buffer): LibraryFault | null {
  if (file.length < 32) return 'not-a-library'
  const magics = [0xcafebabe, 0xcafebabf, 0xcffaedfe]
  return magics.includes(file.readUInt32BE(0)) ? null : 'not-a-library'
}
