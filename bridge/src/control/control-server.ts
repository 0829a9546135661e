/** The daemon's end of the control channel: commands of the same user, and the native host's relay. */
import type { Socket } from 'node:net'
import { SuoqiaoError, toWireError } from '@suoqiao/protocol'
import * as v from 'valibot'
import type { BrowserFamily } from '../platform/platform.js'
import {
  type ControlMessage,
  controlMessage,
  type DaemonStatus,
  type PairingNews,
  pairAnswer,
} from './control-message.js'
import { readJsonLines, writeJsonLine } from './json-lines.js'

/** One conversation with an extension over its native port. */
export interface NativeConversation {
  receive(frame: unknown): void
  close(): void
}

/** One open pairing window. */
export interface PairingConversation {
  /** The user's word on the code shown last. */
  answer(same: boolean): void
  close(): void
}

/** What the daemon offers on this channel. */
export interface ControlDesk {
  status(): DaemonStatus
  quit(): void
  call(
    request: { readonly method: string; readonly params: unknown; readonly consent: string | undefined },
    signal: AbortSignal,
  ): Promise<unknown>
  pairings(): unknown
  rename(id: string, name: string): void
  revoke(id: string): void
  pair(tell: (news: PairingNews) => void): Promise<PairingConversation>
  native(family: BrowserFamily, send: (frame: unknown) => void, hangUp: () => void): NativeConversation
  /** A fault of ours while answering; the caller got bridge.internal. */
  onFault(thrown: unknown): void
}

/** What later lines of a connection go to, once its first message has been understood. */
type LineReceiver = (message: unknown) => void

/** Serves one client until it leaves. */
export function serveControl(socket: Socket, desk: ControlDesk): void {
  let receive: LineReceiver = (first) => {
    // Lines that follow before the conversation stands wait for it; a single question takes none.
    const early: unknown[] = []
    receive = (line) => void early.push(line)
    begin(first, socket, desk).then(
      (conversation) => {
        receive = conversation ?? (() => socket.destroy())
        for (const line of early) receive(line)
      },
      (thrown: unknown) => {
        if (!(thrown instanceof SuoqiaoError)) desk.onFault(thrown)
        writeJsonLine(socket, { error: toWireError(thrown) })
      },
    )
  }
  socket.on('error', () => socket.destroy())
  readJsonLines(socket, (line) => receive(line))
}

async function begin(first: unknown, socket: Socket, desk: ControlDesk): Promise<LineReceiver | undefined> {
  const parsed = v.safeParse(controlMessage, first)
  if (!parsed.success) throw new SuoqiaoError('request.invalid', { reason: 'control message' })
  return await open(parsed.output, socket, desk)
}

async function open(
  message: ControlMessage,
  socket: Socket,
  desk: ControlDesk,
): Promise<LineReceiver | undefined> {
  const reply = (result: unknown): undefined => {
    writeJsonLine(socket, { result })
  }
  switch (message.op) {
    case 'status':
      return reply(desk.status())
    case 'quit':
      reply({ pid: process.pid })
      desk.quit()
      return undefined
    case 'call':
      return reply(await call(message, socket, desk))
    case 'pairings':
      return reply(desk.pairings())
    case 'rename':
      desk.rename(message.id, message.name)
      return reply({})
    case 'revoke':
      desk.revoke(message.id)
      return reply({})
    case 'pair':
      return await pair(socket, desk)
    case 'native':
      return native(message.family, socket, desk)
  }
}

async function call(
  message: Extract<ControlMessage, { op: 'call' }>,
  socket: Socket,
  desk: ControlDesk,
): Promise<unknown> {
  const gone = new AbortController()
  socket.once('close', () => gone.abort(new SuoqiaoError('request.cancelled')))
  const { method, params, consent } = message
  return await desk.call({ method, params, consent }, gone.signal)
}

async function pair(socket: Socket, desk: ControlDesk): Promise<LineReceiver> {
  const conversation = await desk.pair((news) => writeJsonLine(socket, news))
  socket.once('close', () => conversation.close())
  if (socket.destroyed) conversation.close()
  return (line) => {
    const parsed = v.safeParse(pairAnswer, line)
    if (parsed.success) conversation.answer(parsed.output.same)
    else socket.destroy()
  }
}

function native(family: BrowserFamily, socket: Socket, desk: ControlDesk): LineReceiver {
  const conversation = desk.native(
    family,
    (frame) => writeJsonLine(socket, frame),
    () => socket.end(),
  )
  socket.once('close', () => conversation.close())
  return (frame) => conversation.receive(frame)
}
