/** token.answerPin: the extension's PIN window hands in what was typed, sealed under the session key. */
import type { Handler } from './handler.js'

export const tokenAnswerPin: Handler<'token.answerPin'> = async (params, caller, services) => ({
  accepted: services.pinPrompt.answer(params.promptId, params.sealedPin, caller),
})
