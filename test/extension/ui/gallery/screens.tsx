/** One entry per screen state. */

import type { CertificateInfo, TokenInfo } from '@suoqiao/protocol'
import { type ComponentChildren, render } from 'preact'
import type { SignJob } from '../../../../extension/src/router/messages'
import { directCore } from './direct-core'
import { answering, madeUpCertificate, madeUpJob, madeUpToken, withTokens } from './made-up'

const show = (screen: ComponentChildren) => render(screen, document.body)

type Found = readonly (readonly [TokenInfo, readonly CertificateInfo[]])[]

async function consentWith(found: Found, job: Partial<SignJob> = {}, finish?: (consent: unknown) => void) {
  const { Consent } = await import('../../../../extension/src/consent/consent-model')
  const { ConsentPage } = await import('../../../../extension/src/consent/consent-page')
  const { openPageView } = await import('../../../../extension/src/consent/page-view')
  await import('../../../../extension/src/consent/consent.css')
  const file = await (await fetch('./fixture.pdf')).blob()
  const consent = new Consent('job-1', {
    ask: answering({
      ...withTokens(found),
      'job.get': madeUpJob({ ...job, file: { name: '企业诚信守法承诺书.pdf', size: file.size } }),
      'job.finish': {},
    }),
    listen: () => () => {},
    core: directCore,
    openPageView,
    readInput: async () => file,
    saveSigned: async () => {},
    close: () => {},
  })
  show(<ConsentPage consent={consent} />)
  await consent.open()
  finish?.(consent)
}

const one: Found = [[madeUpToken(), [madeUpCertificate()]]]
const practiceToken = madeUpToken({ id: 'practice', practice: true, label: '练习设备' })

export const screens: Readonly<Record<string, () => unknown>> = {
  consent: () => consentWith(one),
  'consent-practice': () =>
    consentWith([[practiceToken, [madeUpCertificate({ holder: '练习建设有限公司' })]]], { practice: true }),
  'consent-none': () => consentWith([]),
  'consent-several': () =>
    consentWith([
      [madeUpToken(), [madeUpCertificate(), madeUpCertificate({ id: 'b'.repeat(64), holder: '沈国梁' })]],
      [
        madeUpToken({
          id: 'two',
          label: '辽宁 CA',
          pin: { triesLeft: null, low: false, finalTry: false, locked: false },
        }),
        [madeUpCertificate({ id: 'c'.repeat(64), issuer: 'CN=LNCA,O=LNCA' }, -12)],
      ],
    ]),
  'consent-expired': () => consentWith([[madeUpToken(), [madeUpCertificate({}, -50)]]]),
}
