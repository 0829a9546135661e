/** token.list: the tokens of all providers; a broken provider is named and does not hide the others. */
import type { Handler } from './handler.js'

export const tokenList: Handler<'token.list'> = async (_params, _caller, { tokens }) => {
  const { tokens: found, failed } = await tokens.list()
  return { tokens: [...found], failed: [...failed] }
}
