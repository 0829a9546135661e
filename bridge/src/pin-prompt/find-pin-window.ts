/** Which PIN windows this computer can show now, best first. The extension's own window is not among them. */
import { existsSync, readlinkSync } from 'node:fs'
import { isatty } from 'node:tty'
import { macosWindow } from './macos.prompt.js'
import type { PinWindow } from './pin-window.js'
import { pinentryWindow, type Terminal } from './pinentry.prompt.js'
import { windowsWindow } from './windows.prompt.js'
import { zenityWindow } from './zenity.prompt.js'

/** Owned by root on every distribution; PATH is never searched (security requirement 13). */
const SYSTEM_PROGRAMS = '/usr/bin'
const GRAPHICAL = ['pinentry-qt', 'pinentry-qt5', 'pinentry-gnome3', 'pinentry-gtk-2', 'pinentry-fltk']
const TEXT = ['pinentry-curses', 'pinentry-tty']

export interface WindowPlace {
  readonly platform: NodeJS.Platform
  readonly env: NodeJS.ProcessEnv
  /** The terminal the daemon runs in, if it has one. */
  readonly terminal: Terminal | null
  /** Where programs are looked for; only tests name another place. */
  readonly programs?: string
}

export interface FoundWindows {
  /** Seen by whoever sits at the screen. */
  readonly graphical: readonly PinWindow[]
  /** Seen only by whoever looks at the daemon's terminal. */
  readonly text: readonly PinWindow[]
}

export function findPinWindows(place: WindowPlace): FoundWindows {
  if (place.platform === 'win32') {
    const systemRoot = place.env.SystemRoot ?? 'C:\\Windows'
    return { graphical: [windowsWindow({ systemRoot })], text: [] }
  }
  if (place.platform === 'darwin') return { graphical: [macosWindow()], text: [] }
  return { graphical: hasScreen(place.env) ? findGraphical(place) : [], text: findText(place) }
}

function hasScreen(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
}

function findGraphical(place: WindowPlace): PinWindow[] {
  const pinentries = installed(place, GRAPHICAL).map((path) => pinentryWindow({ path }))
  return [...pinentries, ...installed(place, ['zenity']).map(zenityWindow)]
}

function findText(place: WindowPlace): PinWindow[] {
  const { terminal } = place
  if (!terminal) return []
  return installed(place, TEXT).map((path) => pinentryWindow({ path, terminal }))
}

function installed(place: WindowPlace, names: readonly string[]): string[] {
  const folder = place.programs ?? SYSTEM_PROGRAMS
  return names.map((name) => `${folder}/${name}`).filter((path) => existsSync(path))
}

/** The daemon's own terminal; null when it was started by a browser or in the background. */
export function ownTerminal(env: NodeJS.ProcessEnv): Terminal | null {
  if (process.platform !== 'linux' || !isatty(0)) return null
  try {
    const name = readlinkSync('/proc/self/fd/0')
    return name.startsWith('/dev/') ? { name, type: env.TERM ?? 'dumb' } : null
  } catch {
    return null
  }
}
