/** Practice devices sign for the practice portal and nobody else. */
import { expect, it } from 'vitest'
import { assertPracticeRule } from '../../../bridge/src/signing/practice-rule.js'
import { makeCaller } from '../../stands/caller.js'
import { codeOf } from '../../stands/signing-desk.js'

const PRACTICE = 'http://127.0.0.1:47400'
const page = (origin: string, topOrigin = origin) => makeCaller({ origin, topOrigin })
const cli = makeCaller({ channel: 'cli', origin: 'cli:', topOrigin: 'cli:' })
const refused = 'practice.only-practice-portal'

it.each([
  ['a practice device on the practice portal', true, page(PRACTICE), PRACTICE, 'done'],
  ['a practice device from the command line while practice is on', true, cli, PRACTICE, 'done'],
  ['a practice device from the command line while practice is off', true, cli, null, refused],
  ['a practice device on a real portal', true, page('https://portal.example'), PRACTICE, refused],
  ['a practice device on another port', true, page('http://127.0.0.1:47401'), PRACTICE, refused],
  [
    'a practice device by another name of this computer',
    true,
    page('http://localhost:47400'),
    PRACTICE,
    refused,
  ],
  ['a practice device on a look-alike', true, page(`${PRACTICE}.evil.test`), PRACTICE, refused],
  [
    'a practice device in a practice frame inside a real portal',
    true,
    page(PRACTICE, 'https://portal.example'),
    PRACTICE,
    refused,
  ],
  ['a practice device while practice is off', true, page(PRACTICE), null, refused],
  ['a practice device for an empty origin', true, page(''), null, refused],
  ['a real UKey on a real portal', false, page('https://portal.example'), null, 'done'],
  ['a real UKey on the practice portal', false, page(PRACTICE), PRACTICE, 'done'],
] as const)('%s', async (_name, isPractice, caller, practiceOrigin, outcome) => {
  const check = async () => assertPracticeRule(isPractice, caller, practiceOrigin)
  expect(await codeOf(check())).toBe(outcome)
})
