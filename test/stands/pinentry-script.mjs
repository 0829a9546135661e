#!/usr/bin/env node
/**
 * A double of pinentry for tests and journeys: speaks real Assuan, but no person and no window; it answers what a
 * control file says. SUOQIAO_TEST_PINENTRY names that file, one answer per line, taken from the top:
 *   pin 123456   type this PIN (GETPIN)          empty    press 确定 with an empty field
 *   cancel       press 取消                       confirm  press 用最后一次机会 (CONFIRM)
 *   refuse       press 取消 at CONFIRM            hang     never answer
 *   crash        die                              junk     answer something that is not Assuan
 *   unavailable  say that no window can be shown  slow 123456  type this PIN after 700 ms
 * When the file is used up it cancels. `<control file>.log` receives the conversation, never a PIN.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const control = process.env.SUOQIAO_TEST_PINENTRY
if (!control) {
  process.stdout.write('ERR 83886340 SUOQIAO_TEST_PINENTRY is not set\n')
  process.exit(1)
}

/** libgpg-error numbers with pinentry's source (5) in the upper bits. */
const CANCELED = 'ERR 83886179 Operation cancelled <Pinentry>'
const NOT_CONFIRMED = 'ERR 83886194 Not confirmed <Pinentry>'
const NO_WINDOW = 'ERR 83886340 Inappropriate ioctl for device <Pinentry>'

const record = (line) => appendFileSync(`${control}.log`, `${line}\n`, { mode: 0o600 })
const say = (line) => process.stdout.write(`${line}\n`)

function nextAnswer() {
  let lines = []
  try {
    lines = readFileSync(control, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
  } catch {
    // No file yet: nobody wants to type anything.
  }
  const answer = lines.shift() ?? 'cancel'
  writeFileSync(control, lines.join('\n'), { mode: 0o600 })
  return answer
}

/** Every third character percent-escaped, as a pinentry may do with any of them. */
function escapePin(pin) {
  return [...Buffer.from(pin)]
    .map((byte, at) =>
      at % 3 === 0 || byte < 0x21 || byte > 0x7e || byte === 0x25
        ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
        : String.fromCharCode(byte),
    )
    .join('')
}

function answer(command) {
  const [word, ...rest] = nextAnswer().split(' ')
  record(`# ${command} <- ${word}`)
  if (word === 'hang') return
  if (word === 'crash') process.exit(3)
  if (word === 'junk') say('x'.repeat(5000))
  else if (word === 'unavailable') say(NO_WINDOW)
  else if (command === 'CONFIRM') say(word === 'confirm' ? 'OK' : NOT_CONFIRMED)
  else if (word === 'pin') say(`D ${escapePin(rest.join(' '))}\nOK`)
  else if (word === 'slow') setTimeout(() => say(`D ${escapePin(rest.join(' '))}\nOK`), 700)
  else if (word === 'empty') say('OK')
  else say(CANCELED)
}

say('OK Pleased to meet you')
createInterface({ input: process.stdin }).on('line', (line) => {
  record(line)
  const [command] = line.split(' ')
  if (command === 'GETPIN' || command === 'CONFIRM') answer(command)
  else if (command === 'BYE') {
    say('OK closing connection')
    process.exit(0)
  } else say('OK')
})
