/** P0 9 on the running daemon: a signature with a wrong and a right PIN, then a search of everything it wrote. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startBridge } from '../../stands/built-bridge.js'
import { PRACTICE_ORIGIN, pdfParams } from '../../stands/signing-desk.js'

const PINENTRY = resolve(import.meta.dirname, '../../stands/pinentry-script.mjs')
const WRONG = 'CanaryPinXq'
const FILE = '张三的承诺书.pdf'

it('P0 9: no PIN, file name or holder stands in the log or the journal of the daemon', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'suoqiao-canary-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }))
  const control = join(directory, 'answers')
  writeFileSync(control, `pin ${WRONG}\npin 123456`)
  const bridge = await startBridge({
    args: ['--practice', PRACTICE_ORIGIN, '--pin-prompt', `pinentry:${PINENTRY}`],
    env: { SUOQIAO_TEST_PINENTRY: control },
  })
  const { tokens } = JSON.parse((await bridge.cli('tokens', '--json')).stdout)
  const token = tokens.find(({ provider }: { provider: string }) => provider === 'practice')
  const params = pdfParams(token.id, token.certificates[0].id)
  const asked = { ...params, file: { ...params.file, name: FILE } }
  const signed = await bridge.cli('call', 'pdf.sign', JSON.stringify(asked), '--yes', '--json')
  expect(signed.code, signed.stderr).toBe(0)
  expect(readFileSync(control, 'utf8')).toBe('')

  expect(bridge.log()).toContain('pdf.sign')
  const files = readdirSync(bridge.home, { recursive: true, encoding: 'utf8' })
    .map((name) => join(bridge.home, name))
    .filter((path) => statSync(path).isFile() && !path.includes('/practice/'))
  const written = files.map((path) => readFileSync(path, 'utf8')).join('\n')
  const output = `${signed.stdout}\n${signed.stderr}`
  const holder = /CN=([^,]+)/.exec(token.certificates[0].subject)?.[1] ?? ''
  expect(holder).not.toBe('')
  const base64 = Buffer.from(WRONG).toString('base64')
  for (const secret of [WRONG, base64]) expect(`${written}${output}`.includes(secret)).toBe(false)
  for (const personal of [FILE, '承诺书', holder]) expect(written.includes(personal)).toBe(false)
})
