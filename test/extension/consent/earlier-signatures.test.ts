/** What the consent window says of signatures that are already in the file. */
import { expect, test } from 'vitest'
import { saySignatures } from '../../../extension/src/consent/facts'
import { verdictOf } from '../../../extension/src/consent/pdf-core-worker'

const ok = { verdict: 'ok' }
const whole = { structure: 'ok', changedAfter: 'nothing', coversWholeFile: true, cmsVerdict: ok } as const

test.each([
  ['nothing came after it', whole, 'whole'],
  ['another signature came after it', { ...whole, changedAfter: 'allowed' }, 'allowed'],
  ['notes or form values came after it', { ...whole, changedAfter: 'info' }, 'added'],
  ['a page was changed after it', { ...whole, changedAfter: 'rejected' }, 'changed'],
  ['its CMS does not verify', { ...whole, cmsVerdict: { verdict: 'digest' } }, 'broken'],
  ['its byte range is wrong', { ...whole, structure: 'gap' }, 'broken'],
] as const)('when %s', (_what, signature, verdict) => {
  expect(verdictOf(signature as Parameters<typeof verdictOf>[0])).toBe(verdict)
})

test('the worst of several is what the user reads', () => {
  const say = (...verdicts: ReturnType<typeof verdictOf>[]) =>
    saySignatures(verdicts.map((verdict) => ({ verdict })))
  expect(say()).toBe('consent.signatures.none')
  expect(say('whole', 'allowed')).toBe('consent.signatures.whole')
  expect(say('whole', 'added')).toBe('consent.signatures.added')
  expect(say('added', 'changed')).toBe('consent.signatures.changed')
  expect(say('changed', 'broken', 'whole')).toBe('consent.signatures.broken')
})
