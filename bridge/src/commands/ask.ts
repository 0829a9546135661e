/** Yes-or-no questions on the terminal. */
import { createInterface } from 'node:readline/promises'

/** Asks until the answer is one of the two words; false when there is no terminal or the user leaves. */
export async function askTwoWords(question: string, yes: string, no: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    for (;;) {
      const answer = (await terminal.question(`${question}（${yes}/${no}）`)).trim()
      if (answer === yes) return true
      if (answer === no) return false
    }
  } catch {
    return false
  } finally {
    terminal.close()
  }
}
