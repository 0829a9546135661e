/** What Linux and macOS have in common: Unix sockets and shell wrappers. */
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WrapperFacts } from './platform.js'

/** sun_path holds 108 bytes on Linux and 104 on macOS (unix(7), unix(4)); 100 leaves room for the final NUL. */
const LONGEST_SOCKET_PATH = 100

/** `<home>/control/daemon.sock`, or a short place in the temporary directory when that is too long for a socket. */
export function posixControlPath(homeDirectory: string): string {
  const direct = join(homeDirectory, 'control', 'daemon.sock')
  if (Buffer.byteLength(direct) <= LONGEST_SOCKET_PATH) return direct
  const hash = createHash('sha256').update(homeDirectory).digest('hex').slice(0, 16)
  return join(tmpdir(), `suoqiao-${process.getuid?.() ?? 0}-${hash}`, 'daemon.sock')
}

/** Single quotes for sh: nothing inside is special but the quote itself. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

export function posixWrapper({ node, bundle, home }: WrapperFacts): { fileName: string; text: string } {
  return {
    fileName: 'suoqiao-native-host',
    text: [
      '#!/bin/sh',
      '# 锁桥: started by the browser. Written by "suoqiao native-host --register".',
      `SUOQIAO_HOME=${quote(home)}`,
      'export SUOQIAO_HOME',
      `exec ${quote(node)} ${quote(bundle)} native-host "$@"`,
      '',
    ].join('\n'),
  }
}

/** Linux and macOS know no registry. */
export function noRegistry(): void {}
