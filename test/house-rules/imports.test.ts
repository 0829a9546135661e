/** The import rules hold, and the tool that checks them really saw the code (it once passed an empty tree). */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cruise, type IReporterOutput } from 'dependency-cruiser'
import { afterAll, expect, test } from 'vitest'

const rules = createRequire(import.meta.url)('./imports.cjs')

interface Summary {
  modules: { source: string }[]
  summary: { violations: { rule: { name: string }; from: string }[] }
}

async function cruiseTree(folders: string[]): Promise<Summary> {
  const { options, forbidden } = rules
  const found: IReporterOutput = await cruise(folders, {
    ...options,
    validate: true,
    ruleSet: { forbidden },
  })
  return found.output as unknown as Summary
}

const seeded = 'extension/src/page/seeded-by-the-house-rules'
afterAll(() => rmSync(seeded, { recursive: true, force: true }))

test('the cruise sees the whole product, more than 100 modules of ours', async () => {
  const { modules } = await cruiseTree(['protocol', 'bridge/src', 'extension/src'])
  const ours = modules.filter(({ source }) => /^(protocol|bridge|extension)\//.test(source))
  expect(ours.length).toBeGreaterThan(100)
})

test('a seeded circle, an unresolvable import and a reach across the sides are all caught', async () => {
  mkdirSync(seeded, { recursive: true })
  writeFileSync(
    `${seeded}/a.ts`,
    "/** Seeded. */\nimport './b'\nimport '../../../../bridge/src/main'\nimport './nowhere'\n",
  )
  writeFileSync(`${seeded}/b.ts`, "/** Seeded. */\nimport './a'\n")
  const { summary } = await cruiseTree([seeded])
  const names = new Set(
    summary.violations.filter(({ from }) => from.startsWith(seeded)).map(({ rule }) => rule.name),
  )
  expect(names).toContain('no-circular')
  expect(names).toContain('no-unresolvable')
  expect(names).toContain('extension-never-bridge')
})
