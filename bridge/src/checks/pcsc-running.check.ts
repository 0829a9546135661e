/** Many tokens are smart cards: without the PC/SC service their libraries find nothing. */

import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import type { Check } from './check.js'

const SOCKET = '/run/pcscd/pcscd.comm'
const PROGRAM = '/usr/sbin/pcscd'

export default {
  id: 'pcsc-running',
  title: '智能卡服务',
  severity: 'medium',
  dependsOn: [],
  platforms: ['linux'],
  run: async ({ signal }) => {
    if (!existsSync(PROGRAM)) return { status: 'skipped', evidence: 'pcscd is not installed' }
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect({ path: SOCKET, signal })
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (isThere) return { status: 'ok', evidence: SOCKET }
    return {
      status: 'warn',
      evidence: `nobody answers on ${SOCKET}`,
      cause: '智能卡服务没有运行，有些 UKey 认不到。请启动 pcscd。',
    }
  },
} satisfies Check
