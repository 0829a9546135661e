/** The stable name of a token: the same after replug, restart and on another USB port. */
import { createHash } from 'node:crypto'

/**
 * Slot numbers change with every plug (SoftHSM draws them at random), so the id is made of what the token itself
 * says: label and serial. They are hashed because labels hold company names, and ids go into logs.
 */
export function tokenIdOf(provider: string, label: string, serial: string): string {
  const digest = createHash('sha256').update(`${label}\0${serial}`, 'utf8').digest('hex')
  return `${provider}.${digest.slice(0, 24)}`
}

export const PRACTICE_PROVIDER = 'practice'

export function isPracticeTokenId(tokenId: string): boolean {
  return tokenId.startsWith(`${PRACTICE_PROVIDER}.`)
}
