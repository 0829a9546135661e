/** A client of the Assuan protocol as pinentry speaks it (libassuan manual, "Client/Server protocol"). */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { SuoqiaoError } from '@suoqiao/protocol'

/** The answer to one command: OK with the D lines joined and unescaped, or ERR with libgpg-error's number. */
export type AssuanReply =
  | { readonly ok: true; readonly data: Buffer }
  | { readonly ok: false; readonly code: number }

export interface AssuanOptions {
  readonly path: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

export interface AssuanClient {
  /** Sends one line. Throws token.pin-prompt-unavailable when the program ends, cannot start or babbles. */
  command(line: string): Promise<AssuanReply>
  /** Ends the program, by BYE while it listens and by SIGKILL at the latest. */
  close(): void
}

/** libassuan's limit of a line, bytes (manual, "Server responses"); a pinentry that exceeds it is none. */
const MAX_LINE_BYTES = 1000
/** A pinentry greets within milliseconds; one that waits for a display that is gone must not hold the user up. */
const GREETING_TIMEOUT_MS = 5000
/** GPG_ERR_TIMEOUT of libgpg-error, low 16 bits: what our own deadline answers as well. */
const TIMEOUT_CODE = 62

/** Starts the program and waits for its greeting. `signal` and the deadline kill it. */
export async function startAssuan(options: AssuanOptions): Promise<AssuanClient> {
  const connection = new AssuanConnection(options)
  const greeting = await connection.next()
  if (greeting.ok) connection.setDeadline(options.timeoutMs)
  else {
    connection.close()
    throw new SuoqiaoError('token.pin-prompt-unavailable', { reason: 'no greeting' })
  }
  return connection
}

class AssuanConnection implements AssuanClient {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #stop: () => void
  #timer: NodeJS.Timeout
  readonly #signal: AbortSignal
  #rest: Buffer = Buffer.alloc(0)
  #data: Buffer[] = []
  #waiting: { resolve: (reply: AssuanReply) => void; reject: (error: unknown) => void } | null = null
  #ended = false

  constructor(options: AssuanOptions) {
    this.#signal = options.signal
    this.#child = spawn(options.path, [...options.args], { env: options.env, stdio: 'pipe' })
    this.#stop = () => this.#end(new SuoqiaoError('request.cancelled'))
    this.#timer = setTimeout(() => this.#timeOut(), GREETING_TIMEOUT_MS)
    options.signal.addEventListener('abort', this.#stop, { once: true })
    if (options.signal.aborted) this.#stop()
    const gone = (reason: string) => this.#end(new SuoqiaoError('token.pin-prompt-unavailable', { reason }))
    this.#child.on('error', () => gone('cannot start'))
    this.#child.on('close', () => gone('ended'))
    this.#child.stdin.on('error', () => gone('ended'))
    this.#child.stdout.on('data', (chunk: Buffer) => this.#read(chunk))
    // What it complains about goes nowhere: a curses pinentry may echo there.
    this.#child.stderr.resume()
  }

  command(line: string): Promise<AssuanReply> {
    const reply = this.next()
    if (!this.#ended) this.#child.stdin.write(`${line}\n`)
    return reply
  }

  next(): Promise<AssuanReply> {
    return new Promise((resolve, reject) => {
      if (this.#signal.aborted) reject(new SuoqiaoError('request.cancelled'))
      else if (this.#ended) reject(new SuoqiaoError('token.pin-prompt-unavailable', { reason: 'ended' }))
      else this.#waiting = { resolve, reject }
    })
  }

  setDeadline(timeoutMs: number): void {
    clearTimeout(this.#timer)
    if (!this.#ended) this.#timer = setTimeout(() => this.#timeOut(), timeoutMs)
  }

  close(): void {
    if (!this.#ended) this.#child.stdin.end('BYE\n')
    this.#end(new SuoqiaoError('token.pin-prompt-unavailable', { reason: 'closed' }), 500)
  }

  #timeOut(): void {
    this.#settle({ ok: false, code: TIMEOUT_CODE })
    this.#end(new SuoqiaoError('token.pin-prompt-unavailable', { reason: 'timeout' }))
  }

  /** `graceMs`: how long it may take to close its window by itself. */
  #end(error: SuoqiaoError, graceMs = 0): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#timer)
    this.#signal.removeEventListener('abort', this.#stop)
    wipe(this.#rest, ...this.#data)
    this.#waiting?.reject(error)
    this.#waiting = null
    if (graceMs === 0) this.#child.kill('SIGKILL')
    else {
      const kill = setTimeout(() => this.#child.kill('SIGKILL'), graceMs)
      this.#child.once('close', () => clearTimeout(kill))
    }
  }

  #settle(reply: AssuanReply): void {
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting) waiting.resolve(reply)
    else if (reply.ok) wipe(reply.data)
  }

  /** A chunk may hold the PIN: its bytes are copied into buffers of ours and wiped at once, never made a string. */
  #read(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#rest, chunk])
    wipe(this.#rest, chunk)
    let from = 0
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, from)) {
      this.#line(bytes.subarray(from, end))
      from = end + 1
    }
    this.#rest = Buffer.from(bytes.subarray(from))
    wipe(bytes)
    if (this.#rest.length > MAX_LINE_BYTES) this.#refuse()
  }

  #refuse(): void {
    this.#end(new SuoqiaoError('token.pin-prompt-unavailable', { reason: 'not Assuan' }))
  }

  #line(line: Buffer): void {
    if (line.length > MAX_LINE_BYTES) {
      this.#refuse()
      return
    }
    if (line[0] === 0x44 && line[1] === 0x20) {
      this.#data.push(unescapeData(line.subarray(2)))
      return
    }
    const words = line.toString('latin1').split(' ')
    if (words[0] === 'OK') {
      const data = Buffer.concat(this.#data)
      wipe(...this.#data)
      this.#data = []
      this.#settle({ ok: true, data })
    } else if (words[0] === 'ERR') {
      wipe(...this.#data)
      this.#data = []
      // The upper bits of a libgpg-error number name its source; the lower sixteen the error.
      this.#settle({ ok: false, code: Number(words[1]) & 0xffff })
    }
  }
}

/** Percent-escapes what a command line must not hold raw: percent sign, CR and LF (libassuan manual). */
export function escapeArgument(text: string): string {
  return text.replace(
    /[%\r\n]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

/** Undoes percent-escapes byte by byte, in a new buffer that the receiver wipes. */
function unescapeData(escaped: Buffer): Buffer {
  const out = Buffer.alloc(escaped.length)
  let length = 0
  for (let at = 0; at < escaped.length; at += 1) {
    const isEscape = escaped[at] === 0x25 && at + 2 < escaped.length
    out[length] = isEscape ? hexByte(escaped[at + 1], escaped[at + 2]) : (escaped[at] ?? 0)
    if (isEscape) at += 2
    length += 1
  }
  const exact = Buffer.from(out.subarray(0, length))
  wipe(out)
  return exact
}

function hexByte(high = 0, low = 0): number {
  const digit = (char: number): number => (char > 0x40 ? (char & 0x5f) - 0x37 : char - 0x30)
  return (digit(high) << 4) | digit(low)
}

export function wipe(...buffers: readonly Buffer[]): void {
  for (const buffer of buffers) buffer.fill(0)
}
