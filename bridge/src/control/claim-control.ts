/** One daemon per home: who listens on the control path is the daemon, and a dead one's socket is taken over. */
import { chmodSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { makePrivateDirectory } from '../state/home.js'

/** A live daemon accepts at once, even a busy one: the kernel does it. */
const CONNECT_TIMEOUT_MS = 1000
/** How long another start may take to bind before its claim counts as abandoned. */
const CLAIM_TIMEOUT_MS = 3000
const CLAIM_RETRY_MS = 25

/** Is somebody listening there. */
export async function isAnswering(path: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(path)
    const finish = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => finish(true))
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
  })
}

/**
 * The directory must be ours: in a shared temporary directory somebody else could have made it first, or put a link
 * there. Daemon and client both look before they trust it. Throws when it is not ours or not there.
 */
export function assertOwnDirectory(directory: string): void {
  if (process.platform === 'win32') return
  const stat = lstatSync(directory)
  if (!stat.isDirectory() || stat.uid !== process.getuid?.()) {
    throw new Error('the control directory belongs to somebody else')
  }
}

function ensureOwnDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  // Before its mode is changed: chmod follows a link to wherever it leads.
  assertOwnDirectory(directory)
  makePrivateDirectory(directory)
}

/** Two starts at the same moment must not both find the socket stale, so a claim file orders them. */
async function holdClaim(file: string): Promise<() => void> {
  const giveUpAt = Date.now() + CLAIM_TIMEOUT_MS
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 })
      return () => rmSync(file, { force: true })
    } catch (error) {
      // A full disk or a directory without write permission does not get better by waiting.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (Date.now() > giveUpAt || !isClaimAlive(file)) rmSync(file, { force: true })
      await new Promise((resolve) => setTimeout(resolve, CLAIM_RETRY_MS))
    }
  }
}

function isClaimAlive(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    if (Number.isInteger(pid) && pid > 0) process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

async function listen(path: string, onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onConnection)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve())
  })
  return server
}

/** The listening server, or undefined when another daemon of this home is alive. */
export async function claimControl(
  path: string,
  onConnection: (socket: Socket) => void,
): Promise<Server | undefined> {
  if (process.platform === 'win32') {
    // A pipe goes with its process, so it is never stale; its default ACL lets only this user and administrators write.
    return (await isAnswering(path)) ? undefined : await listen(path, onConnection)
  }
  const directory = dirname(path)
  ensureOwnDirectory(directory)
  const release = await holdClaim(join(directory, 'claim'))
  try {
    if (await isAnswering(path)) return undefined
    rmSync(path, { force: true })
    const server = await listen(path, onConnection)
    chmodSync(path, 0o600)
    return server
  } finally {
    release()
  }
}
