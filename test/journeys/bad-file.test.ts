/** Files that must not be signed: the consent window says why, offers no 签章, and the page keeps the file as it was. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { undertakingPdf } from '../../bridge/src/practice/create-practice-portal.js'
import { CONTROLS, consentGone, pressSign } from '../../installers/checkout/practice/steps.js'
import { browsersUnderTest, type Journey, startJourney } from './journey.js'

const run = promisify(execFile)

describe.each(browsersUnderTest())('in %s the clerk is told why', (kind) => {
  let journey: Journey
  let whole: string

  beforeAll(async () => {
    journey = await startJourney(kind, { token: 'none', pinPrompt: 'extension' })
    whole = join(journey.dir, 'whole.pdf')
    await writeFile(whole, undertakingPdf())
  })
  afterAll(() => journey.stop())

  const bad: readonly [string, string, (path: string) => Promise<unknown>][] = [
    [
      'an encrypted file',
      'pdf.encrypted',
      (path) => run('qpdf', ['--encrypt', 'user', 'owner', '256', '--', whole, path]),
    ],
    [
      'a truncated file',
      'pdf.damaged',
      async (path) => writeFile(path, undertakingPdf().subarray(0, 100_000)),
    ],
  ]

  it.each(bad)('%s cannot be signed', async (_, code, make) => {
    const path = join(journey.dir, `${code}.pdf`)
    await make(path)
    const portal = await journey.openPortal()
    await portal.setFiles('#upload', [path])
    await pressSign(portal)
    const consent = await journey.browser.waitForTab('consent.html')
    await consent.waitFor(CONTROLS.consentTrouble)
    const said = `document.querySelector(${JSON.stringify(CONTROLS.consentTrouble)}).dataset.code`
    expect(await consent.evaluate(said)).toBe(code)
    expect(
      await consent.evaluate(`document.querySelector(${JSON.stringify(CONTROLS.consentSign)})`),
    ).toBeNull()
    await consent.click(CONTROLS.consentRefuse)
    await consentGone(journey.browser)
    const size = await portal.evaluate('document.getElementById("upload").files[0].size')
    expect(size).toBe((await readFile(path)).length)
    await portal.close()
  })
})
