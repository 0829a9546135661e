/** pdf.sign: the CMS for a prepared PDF, signed by the chosen certificate's key after consent and PIN. */
import { SuoqiaoError } from '@suoqiao/protocol'
import { prepareCms } from '../cms/prepare-cms.js'
import { signWithConsent } from '../signing/sign-with-consent.js'
import type { Handler } from './handler.js'

export const pdfSign: Handler<'pdf.sign'> = async (params, caller, services) => {
  const signingTime = new Date()
  const { output, signer, timings } = await signWithConsent(
    {
      method: 'pdf.sign',
      params,
      shownDigest: params.docDigest,
      shownName: params.file.name,
      async prepare({ certificate, chain }) {
        const docDigest = Buffer.from(params.docDigest, 'hex')
        const cms = prepareCms({ docDigest, certificate: certificate.der, chain, signingTime })
        if (cms.estimateBytes > params.maxCmsBytes) {
          throw new SuoqiaoError('pdf.no-room', { needed: cms.estimateBytes, room: params.maxCmsBytes })
        }
        return cms
      },
    },
    caller,
    services,
  )
  return {
    cms: output.toString('base64'),
    chain: [signer.certificate.der, ...signer.chain].map((der) => der.toString('base64')),
    signingTime: signingTime.toISOString(),
    timings,
  }
}
