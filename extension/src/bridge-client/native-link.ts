/** The native-messaging side: asks the host for a session, and carries RPC when the WebSocket is blocked. */
import {
  type ErrorCode,
  errors,
  NATIVE_HOST_NAME,
  nativeRefusal,
  nativeWelcome,
  SuoqiaoError,
} from '@suoqiao/protocol'
import * as v from 'valibot'
import { type Browser, browser } from 'wxt/browser'
import type { Channel } from './channel'
import { asChunk, cut, Joiner } from './chunks'

export type NativeWelcome = v.InferOutput<typeof nativeWelcome>

/** The host may have to start the daemon first. */
const WELCOME_DEADLINE_MS = 10_000

export interface NativeLink {
  readonly welcome: NativeWelcome
  /** Turns the port into an RPC channel; without it call `close()` when the WebSocket stands. */
  channel(): Channel
  close(): void
}

/** Chrome and Firefox word a missing host differently; both name it "not found" or "no such native application". */
function faultOf(message: string | undefined): ErrorCode {
  return /not found|no such native|not registered|forbidden|permission/i.test(message ?? '')
    ? 'bridge.not-installed'
    : 'bridge.not-running'
}

function answerOf(message: unknown): NativeWelcome {
  const welcome = v.safeParse(nativeWelcome, message)
  if (welcome.success) return welcome.output
  const refusal = v.safeParse(nativeRefusal, message)
  const known = refusal.success && Object.hasOwn(errors, refusal.output.code)
  throw new SuoqiaoError(known ? (refusal.output.code as ErrorCode) : 'bridge.not-running')
}

async function readFirst(port: Browser.runtime.Port): Promise<NativeWelcome> {
  const message = await new Promise<unknown>((resolve, reject) => {
    setTimeout(() => reject(new SuoqiaoError('bridge.not-running')), WELCOME_DEADLINE_MS)
    port.onMessage.addListener(resolve)
    port.onDisconnect.addListener(() => {
      const failed = port as { error?: { message?: string } }
      reject(new SuoqiaoError(faultOf(browser.runtime.lastError?.message ?? failed.error?.message)))
    })
  })
  return answerOf(message)
}

function channelOver(port: Browser.runtime.Port): Channel {
  const joiner = new Joiner()
  return {
    transport: 'native',
    send(text) {
      for (const chunk of cut(text)) port.postMessage(chunk)
    },
    listen(onText, onClose) {
      port.onMessage.addListener((message: unknown) => {
        try {
          const chunk = asChunk(message)
          const text = chunk && joiner.add(chunk)
          if (text !== null) onText(text)
        } catch {
          // Pieces that do not fit leave requests without an answer: end the channel, so that they fail now.
          port.disconnect()
          onClose()
        }
      })
      port.onDisconnect.addListener(onClose)
    },
    close: () => port.disconnect(),
  }
}

/** Connects to the host and says hello. Throws bridge.not-installed, bridge.not-running or the host's refusal. */
export async function openNative(extensionOrigin: string): Promise<NativeLink> {
  let port: Browser.runtime.Port
  try {
    port = browser.runtime.connectNative(NATIVE_HOST_NAME)
  } catch (cause) {
    throw new SuoqiaoError('bridge.not-installed', undefined, { cause })
  }
  const first = readFirst(port)
  port.postMessage({ t: 'hello', extensionOrigin })
  try {
    const welcome = await first
    return { welcome, channel: () => channelOver(port), close: () => port.disconnect() }
  } catch (error) {
    port.disconnect()
    throw error
  }
}
