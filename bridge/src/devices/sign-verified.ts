/** One signature through the provider process, checked against the certificate before anybody gets it. */
import { SuoqiaoError } from '@suoqiao/protocol'
import type { ProviderHost } from '../provider-process/host.js'
import type { SignRequest } from './tokens.js'

/** Zeroes the PIN the moment its message has been made; throws provider.bad-signature when the check fails. */
export async function signVerified(host: ProviderHost, request: SignRequest): Promise<Buffer> {
  const { signature, certificate } = await host.sign(() => takeMessage(request))
  // Loaded late: listening must not wait for an ASN.1 library.
  const { isSignatureOf } = await import('../certificates/verify-signature.js')
  const proven = {
    signature: Buffer.from(signature, 'base64'),
    certificate: Buffer.from(certificate, 'base64'),
  }
  if (!isSignatureOf(request, proven)) throw new SuoqiaoError('provider.bad-signature')
  return proven.signature
}

/** A cancelled signature that is still waiting its turn never reaches the token. */
function takeMessage(request: SignRequest) {
  if (request.signal.aborted) throw new SuoqiaoError('request.cancelled')
  const { tokenId, certificateId, algorithm } = request
  const pin = request.pin.toString('base64')
  request.pin.fill(0)
  return {
    op: 'sign',
    tokenId,
    certificateId,
    algorithm,
    digest: request.digest.toString('base64'),
    pin,
  } as const
}
