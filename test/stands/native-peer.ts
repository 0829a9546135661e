/** A browser as the native host sees one: starts the built host with the arguments a browser gives and speaks its frames. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { nativeWelcome } from '@suoqiao/protocol'
import * as v from 'valibot'
import { onTestFinished } from 'vitest'
import { createDeframer, frame } from '../../bridge/src/native-host/framing.js'
import manifestKey from '../../extension/manifest-key.json' with { type: 'json' }
import { bundle, end, environment } from './built-bridge.js'

export const CHROME_ORIGIN = `chrome-extension://${manifestKey.chromeId}`
export const FIREFOX_ORIGIN = 'moz-extension://6d9ff3c2-6b47-4a1e-8f0f-5b1b2f6f7a10'
export const CHROME_ARGS = [`${CHROME_ORIGIN}/`]
export const FIREFOX_ARGS = ['/home/clerk/.mozilla/native-messaging-hosts/host.json', manifestKey.geckoId]

export type Welcome = v.InferOutput<typeof nativeWelcome>

export interface NativePeer {
  send(message: unknown): void
  /** The next message of the host; rejects when the host ends first. */
  next(): Promise<unknown>
  readonly pid: number
  /** Closes the port as a browser does and waits for the host to end. */
  close(): Promise<number | null>
  /** The host ended by itself or will. */
  readonly ended: Promise<number | null>
}

/** A stubborn browser keeps its side of the port open when the host has closed its own. */
export function openNativePeer(
  home: string,
  args: readonly string[] = CHROME_ARGS,
  { isStubborn = false, program }: { isStubborn?: boolean; program?: string } = {},
): NativePeer {
  const [command, ...first] = program === undefined ? [process.execPath, bundle, 'native-host'] : [program]
  const child = spawn(command ?? '', [...first, ...args], {
    env: program === undefined ? environment(home) : {},
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  onTestFinished(() => end(child))
  const received: unknown[] = []
  let isOver = false
  let wake = (): void => {}
  const deframe = createDeframer((message) => {
    received.push(message)
    wake()
  })
  child.stdout.on('data', deframe)
  // A browser that sees the host's output end closes its own side, too.
  child.stdout.on('end', () => {
    isOver = true
    if (!isStubborn) child.stdin.end()
    wake()
  })
  child.stdin.on('error', () => {})
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return {
    pid: child.pid ?? 0,
    ended,
    send: (message) => void child.stdin.write(frame(message)),
    next: async () => {
      while (received.length === 0) {
        if (isOver) throw new Error('the native host ended')
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return received.shift()
    },
    close: async () => {
      child.stdin.end()
      return await ended
    },
  }
}

/** Says hello and returns the session the daemon hands out. */
export async function welcomeFrom(peer: NativePeer, extensionOrigin = CHROME_ORIGIN): Promise<Welcome> {
  peer.send({ t: 'hello', extensionOrigin })
  return v.parse(nativeWelcome, await peer.next())
}

/** A session for this home by a host that is closed again, as the extension does when its WebSocket stands. */
export async function obtainSession(home: string, extensionOrigin = CHROME_ORIGIN): Promise<Welcome> {
  const args = extensionOrigin.startsWith('moz') ? FIREFOX_ARGS : CHROME_ARGS
  const peer = openNativePeer(home, args)
  const welcome = await welcomeFrom(peer, extensionOrigin)
  await peer.close()
  return welcome
}
