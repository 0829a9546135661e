/** The hidden command `practice`: serves the practice portal on 127.0.0.1 until it is told to stop. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openHome } from '../state/home.js'
import { createPracticePortal } from './create-practice-portal.js'

/** The usual port, so that browsers remember the practice portal; any free one serves when it is taken. */
const USUAL_PORT = 47_340
const LOOPBACK = '127.0.0.1'

/**
 * Runs `practice [--port N]`: prints `{"origin":"http://127.0.0.1:N","home":"…"}` as one line when it listens, then serves until
 * SIGINT or SIGTERM. `--port 0` takes any free port; without `--port` the usual one, or any free one when that is taken.
 * Resolves with the exit code.
 */
export async function runPracticePortal(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { port: { type: 'string' } } })
  const home = openHome().directory
  const uploads = join(home, 'practice', 'uploads')
  const server = createServer()
  const port = await listen(server, values.port === undefined ? null : Number(values.port))
  server.on('request', createPracticePortal({ uploads, isOwnHost: (host) => host === `${LOOPBACK}:${port}` }))
  process.stdout.write(`${JSON.stringify({ origin: `http://${LOOPBACK}:${port}`, home })}\n`)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  server.closeAllConnections()
  server.close()
  return 0
}

async function listen(server: Server, wanted: number | null): Promise<number> {
  try {
    return await listenOn(server, wanted ?? USUAL_PORT)
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    if (wanted !== null || !isTaken) throw error
    return await listenOn(server, 0)
  }
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
