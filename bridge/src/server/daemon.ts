/** The running daemon: sessions, doors, control channel and services, put together and taken apart. */
import type { Server } from 'node:net'
import * as v from 'valibot'
import { claimControl } from '../control/claim-control.js'
import type { DaemonStatus } from '../control/control-message.js'
import { type ControlDesk, serveControl } from '../control/control-server.js'
import type { Services } from '../handlers/handler.js'
import type { Log } from '../log/open-log.js'
import { openPairings } from '../pairing/pairings.js'
import { platform } from '../platform/platform.js'
import type { Home } from '../state/home.js'
import { readJsonFile, writeJsonFile } from '../state/json-file.js'
import { type AnswerOptions, createAnswering } from './answer.js'
import type { ConnectionWorld } from './connection.js'
import { createControlDesk } from './control-desk.js'
import { createEventHub } from './event-hub.js'
import { createSessions, type Sessions } from './sessions.js'
import { openWebSocketDoor, type WebSocketDoor } from './websocket-door.js'

export interface DaemonOptions extends AnswerOptions {
  readonly home: Home
  readonly log: Log
  /** For tests; twelve hours otherwise. */
  readonly sessionLifetimeMs?: number
}

export interface Daemon {
  readonly status: DaemonStatus
  /** Builds handlers and services before the first request asks for them. */
  warmUp(): Promise<void>
  /** Resolves when the daemon has been asked to quit and everything is closed. */
  readonly ended: Promise<void>
  quit(): void
}

/** A vendor library that does not let go must not keep the daemon from ending. */
const CLOSE_DEADLINE_MS = 3000

/** Kept so that a paired browser finds the daemon again. */
const daemonState = v.object({
  port: v.pipe(v.number(), v.integer(), v.minValue(1024), v.maxValue(65_535)),
})

/** Starts the daemon of a home; undefined when one runs already. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon | undefined> {
  // Clients that come while the doors are still closed wait for them.
  let openDesk: (desk: ControlDesk) => void = () => {}
  const desk = new Promise<ControlDesk>((resolve) => {
    openDesk = resolve
  })
  const control = await claimControl(platform().controlPath(options.home.directory), (socket) => {
    void desk.then((ready) => serveControl(socket, ready))
  })
  if (!control) return undefined
  const { daemon, controlDesk } = await assemble(options, control)
  openDesk(controlDesk)
  return daemon
}

async function assemble(
  options: DaemonOptions,
  control: Server,
): Promise<{ daemon: Daemon; controlDesk: ControlDesk }> {
  const { home, log } = options
  const startedAt = Date.now()
  const pairings = openPairings(home.pairings)
  const sessions = createSessions(pairings, options.sessionLifetimeMs)
  const hub = createEventHub()
  sessions.onExpiring((sessionId, inS) => hub.sendToSession(sessionId, 'session.expiring', { inS }))
  let door: WebSocketDoor | undefined
  const port = (): number => door?.port ?? 0
  const facts: Services['daemon'] = { startedAt, port, connections: hub.size, seq: hub.seq }
  const answering = createAnswering(options, facts, hub)
  const world: ConnectionWorld = { hub, log, answer: answering.answer }
  door = await openDoor(home, sessions, world)

  let finish = (): void => {}
  const ended = new Promise<void>((resolve) => {
    finish = resolve
  })
  const quit = (): void => {
    sessions.close()
    control.close()
    setTimeout(finish, CLOSE_DEADLINE_MS).unref()
    Promise.all([door?.close(), answering.close()]).then(
      () => finish(),
      () => finish(),
    )
  }
  const controlDesk = createControlDesk({ startedAt, port, sessions, pairings, answering, world, log, quit })
  return { daemon: { status: controlDesk.status(), warmUp: answering.warmUp, ended, quit }, controlDesk }
}

/** The port is random at the first start and kept after that; when somebody else took it, another one is drawn. */
async function openDoor(home: Home, sessions: Sessions, world: ConnectionWorld): Promise<WebSocketDoor> {
  const remembered = readJsonFile(home.daemonState, v.nullable(daemonState), null)?.port
  const door = await openWebSocketDoor(remembered ? [remembered, 0] : [0], sessions, world)
  if (door.port !== remembered) writeJsonFile(home.daemonState, { port: door.port })
  return door
}
