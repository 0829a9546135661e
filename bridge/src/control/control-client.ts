/** The other end of the control channel: asks the daemon of a home. */
import { connect, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { fromWireError, SuoqiaoError } from '@suoqiao/protocol'
import * as v from 'valibot'
import { platform } from '../platform/platform.js'
import type { Home } from '../state/home.js'
import { assertOwnDirectory } from './claim-control.js'
import { type ControlMessage, controlAnswer, type DaemonStatus, daemonStatus } from './control-message.js'
import { readJsonLines, writeJsonLine } from './json-lines.js'

/** A list of certificates or the whole journal may be long. */
const MOST_ANSWER_BYTES = 64 << 20

/** A connected control socket. Throws bridge.not-running when nobody listens, or only somebody else's program does. */
export async function connectControl(home: Home): Promise<Socket> {
  const path = platform().controlPath(home.directory)
  try {
    assertOwnDirectory(dirname(path))
  } catch (cause) {
    throw new SuoqiaoError('bridge.not-running', undefined, { cause })
  }
  const socket = connect(path)
  return await new Promise((resolve, reject) => {
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      socket.on('error', () => socket.destroy())
      resolve(socket)
    })
    socket.once('error', (cause) => reject(new SuoqiaoError('bridge.not-running', undefined, { cause })))
  })
}

/**
 * One question, one answer. Throws the daemon's error as a SuoqiaoError, bridge.not-running, or
 * bridge.disconnected when the daemon goes away before it answers.
 */
export async function askDaemon(home: Home, message: ControlMessage): Promise<unknown> {
  const socket = await connectControl(home)
  try {
    const answer = await new Promise<unknown>((resolve, reject) => {
      readJsonLines(socket, resolve, MOST_ANSWER_BYTES)
      socket.once('close', () => reject(new SuoqiaoError('bridge.disconnected')))
      writeJsonLine(socket, message)
    })
    const parsed = v.parse(controlAnswer, answer)
    if ('error' in parsed) throw fromWireError(parsed.error)
    return parsed.result
  } finally {
    socket.destroy()
  }
}

/** The running daemon's status, undefined when none runs. */
export async function findDaemon(home: Home): Promise<DaemonStatus | undefined> {
  try {
    return v.parse(daemonStatus, await askDaemon(home, { op: 'status' }))
  } catch (thrown) {
    if (thrown instanceof SuoqiaoError && thrown.code.startsWith('bridge.')) return undefined
    throw thrown
  }
}
