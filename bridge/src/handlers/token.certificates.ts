/** token.certificates: what one token holds, parsed, with the DER for those who look closer. */
import type { Handler } from './handler.js'

export const tokenCertificates: Handler<'token.certificates'> = async ({ tokenId }, _caller, { tokens }) => {
  const certificates = await tokens.certificates(tokenId)
  return {
    certificates: certificates.map(({ der, chain: _chain, ...info }) => ({
      ...info,
      der: der.toString('base64'),
    })),
  }
}
