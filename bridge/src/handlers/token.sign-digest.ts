/** token.signDigest: a raw signature over a login challenge's digest, after consent and PIN. */
import { SuoqiaoError } from '@suoqiao/protocol'
import { signWithConsent } from '../signing/sign-with-consent.js'
import type { Handler } from './handler.js'

export const tokenSignDigest: Handler<'token.signDigest'> = async (params, caller, services) => {
  const { output, signer } = await signWithConsent(
    {
      method: 'token.signDigest',
      params,
      shownDigest: params.digest,
      shownName: `登录 ${caller.origin}`,
      async prepare({ algorithm }) {
        if (algorithm !== params.algorithm) {
          throw new SuoqiaoError('provider.mechanism-unsupported', {
            asked: params.algorithm,
            key: algorithm,
          })
        }
        // Tokens has verified the signature against the certificate already.
        return { digestToSign: Buffer.from(params.digest, 'hex'), finish: (signature: Buffer) => signature }
      },
    },
    caller,
    services,
  )
  return { signature: output.toString('base64'), certificate: signer.certificate.der.toString('base64') }
}
