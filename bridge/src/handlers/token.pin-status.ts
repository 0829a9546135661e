/** token.pinStatus: the tries left as far as the token tells; never tries a PIN. */
import type { Handler } from './handler.js'

export const tokenPinStatus: Handler<'token.pinStatus'> = async ({ tokenId }, _caller, { tokens }) =>
  tokens.pinStatus(tokenId)
