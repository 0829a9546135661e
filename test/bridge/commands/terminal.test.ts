/** What a person answers on a real terminal: the digits of a pairing, and the question before a signature. */
import { type ChildProcess, spawn } from 'node:child_process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bundle, end, environment, startBridge } from '../../stands/built-bridge.js'
import { openPairingPeer } from '../../stands/pairing-peer.js'

interface Screen {
  /** Waits until the screen matches; returns the match. */
  shows(pattern: RegExp): Promise<RegExpExecArray>
  type(text: string): void
}

/** Runs one command on a pseudo terminal made by util-linux's `script`. */
function runOnTerminal(home: string, command: string): Screen {
  const line = `'${process.execPath}' '${bundle}' ${command}`
  const child: ChildProcess = spawn('script', ['--quiet', '--flush', '--command', line, '/dev/null'], {
    env: environment(home),
    stdio: 'pipe',
  })
  onTestFinished(() => end(child))
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
  })
  return {
    shows: async (pattern) => {
      for (const giveUpAt = Date.now() + 8_000; Date.now() < giveUpAt; ) {
        const found = pattern.exec(text)
        if (found) return found
        await new Promise((resolve) => setTimeout(resolve, 30))
      }
      throw new Error(`waited for ${pattern} on: ${text}`)
    },
    type: (answer) => void child.stdin?.write(`${answer}\n`),
  }
}

describe('on the terminal', () => {
  it('pairs a browser after the person has typed 一样, and asks again on any other word', async () => {
    const bridge = await startBridge()
    const screen = runOnTerminal(bridge.home, 'pair')
    await screen.shows(/配对已打开，120 秒内有效/)
    const port = Number(/"news":"open","port":(\d+)/.exec(bridge.log())?.[1])
    const browser = openPairingPeer(port)
    const offer = await browser.commit()
    browser.open()
    const digits = browser.digits(offer)
    await screen.shows(new RegExp(`${digits.slice(0, 3)} ${digits.slice(3)}`))
    await screen.shows(/一样\/不一样）/)
    screen.type('好')
    await screen.shows(/一样\/不一样）[\s\S]*一样\/不一样）/)
    screen.type('一样')
    expect(await browser.peer.next()).toMatchObject({ t: 'paired', port: bridge.port })
    await screen.shows(/已和 Chromium 配对/)
  })

  it('shows what will be signed and takes 否 for an answer', async () => {
    const bridge = await startBridge()
    const params = JSON.stringify({
      docDigest: '0f1e2d3c'.repeat(8),
      hashAlg: 'SHA-256',
      tokenId: 'gone',
      certificateId: 'ab12cd34'.repeat(8),
      file: { name: '承诺书.pdf', size: 1000, pages: 3 },
      level: 'B-B',
      maxCmsBytes: 16_384,
    })
    const screen = runOnTerminal(bridge.home, `call pdf.sign '${params}'`)
    await screen.shows(/承诺书\.pdf（3 页）/)
    await screen.shows(/摘要 0f1e 2d3c/)
    await screen.shows(/签章吗（是\/否）/)
    screen.type('否')
    await screen.shows(/consent\.refused/)
  })
})
