/** Practice devices sign for the practice portal only: their keys are software and their holder does not exist. */
import { SuoqiaoError } from '@suoqiao/protocol'
import type { Caller } from '../handlers/handler.js'

/**
 * Frame and top page must both be the practice portal, or a real portal could hold it in a frame. The command line
 * counts as the practice portal while practice is on: there is no portal at its other end, and whoever started the
 * daemon with --practice is the one typing. With practice off no practice device signs for anybody.
 * Throws practice.only-practice-portal.
 */
export function assertPracticeRule(isPractice: boolean, caller: Caller, practiceOrigin: string | null): void {
  if (!isPractice) return
  const isCommandLine = caller.channel === 'cli'
  const isPortal = caller.origin === practiceOrigin && caller.topOrigin === practiceOrigin
  const isAllowed = practiceOrigin !== null && (isCommandLine || isPortal)
  if (!isAllowed) throw new SuoqiaoError('practice.only-practice-portal')
}
