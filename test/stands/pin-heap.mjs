/**
 * A process that asks for a PIN by both ways of the bridge and then writes a heap snapshot of itself, for the test that
 * looks for the PIN in it. It never learns the PIN but through the windows. Arguments: pinentry, session key (hex),
 * snapshot file, and `leak` to prove that the search would find a string. Speaks JSON lines with the test.
 */
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { writeHeapSnapshot } from 'node:v8'
import { createPinPrompt } from '../../bridge/src/pin-prompt/create-pin-prompt.ts'
import { makeCaller } from './caller.ts'

const [pinentry = '', key = '', snapshot = '', leak] = process.argv.slice(2)
const question = {
  tokenLabel: 'UKey',
  fileName: 'a.pdf',
  digestStart: 'a1b2c3d4',
  pin: { triesLeft: null, low: false, finalTry: false, locked: false },
  wrong: false,
  practice: false,
}
const say = (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
const kept = []

/** What signing does with it, except that the token is a hash. */
async function useAndWipe(prompt) {
  const pin = await prompt.ask(question, caller)
  if (!pin) return 'cancelled'
  const hash = createHash('sha256').update(pin).digest('hex')
  if (leak === 'leak') kept.push(pin.toString('utf8'))
  pin.fill(0)
  return hash
}

const caller = makeCaller({
  sessionKey: Buffer.from(key, 'hex'),
  onEvent: ({ event, data }) => say({ event, promptId: data.promptId }),
})
const extension = createPinPrompt({ kind: 'extension' })
const input = createInterface({ input: process.stdin }).on('line', (line) => {
  const { promptId, sealedPin } = JSON.parse(line)
  extension.answer(promptId, sealedPin, caller)
})
const fromPinentry = await useAndWipe(createPinPrompt({ kind: `pinentry:${pinentry}` }))
const fromExtension = await useAndWipe(extension)
input.close()
writeHeapSnapshot(snapshot)
say({ fromPinentry, fromExtension, kept: kept.length })
process.exit(0)
