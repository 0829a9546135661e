/** Made-up tokens, certificates and answers of the background. Every name is fictional. */
import type { CertificateInfo, TokenInfo } from '@suoqiao/protocol'
import type { SignJob } from '../../../../extension/src/router/messages'
import type { Ask } from '../../../../extension/src/ui/background'

const DAY = 86_400_000
const COMPANY = '浙江钱江建设工程有限公司'

export function madeUpToken(change: Partial<TokenInfo> = {}): TokenInfo {
  return {
    id: 'pkcs11:longmai:0001',
    provider: 'pkcs11',
    vendor: '龙脉',
    label: 'CFCA 企业锁',
    serial: '0001',
    practice: false,
    pin: { triesLeft: 10, low: false, finalTry: false, locked: false },
    ...change,
  }
}

export function madeUpCertificate(change: Partial<CertificateInfo> = {}, days = 214): CertificateInfo {
  return {
    id: 'a'.repeat(64),
    subject: `CN=${COMPANY},O=${COMPANY},C=CN`,
    holder: COMPANY,
    issuer: 'CN=CFCA ACS OCA31,O=CFCA,C=CN',
    serialNumber: '1094a3f2c5',
    notBefore: new Date(Date.now() - 100 * DAY).toISOString(),
    notAfter: new Date(Date.now() + (days + 0.5) * DAY).toISOString(),
    daysLeft: days,
    usage: 'signing',
    keyType: 'RSA-2048',
    ...change,
  }
}

export function madeUpJob(change: Partial<SignJob> = {}): SignJob {
  return {
    id: 'job-1',
    file: { name: '企业诚信守法承诺书.pdf', size: 421_888 },
    portal: {
      id: 'xinjiang-cloud',
      name: '新疆工程建设云',
      origin: 'http://jsy.xjjs.gov.cn',
      topOrigin: 'http://jsy.xjjs.gov.cn',
    },
    documentName: '企业诚信守法承诺书',
    limitBytes: 5 * 1024 * 1024,
    practice: false,
    state: 'waiting',
    ...change,
  }
}

type Answers = Readonly<Record<string, unknown>>

/** Answers by method name; `bridge.call` and `job.call` by the inner method. A function is asked with the params. */
export function answering(answers: Answers): Ask {
  return async (method, params) => {
    const inner = 'method' in params ? String(params.method) : method
    const answer = answers[inner]
    const value = typeof answer === 'function' ? (answer as (given: unknown) => unknown)(params) : answer
    if (value === undefined) throw new Error(`the double has no answer to ${inner}`)
    return (await value) as never
  }
}

/** A bridge with these tokens, each with its certificates. */
export function withTokens(found: readonly (readonly [TokenInfo, readonly CertificateInfo[]])[]): Answers {
  return {
    'token.list': { tokens: found.map(([token]) => token), failed: [] },
    'token.certificates': (given: { params: { tokenId: string } }) => ({
      certificates: found.find(([token]) => token.id === given.params.tokenId)?.[1] ?? [],
    }),
  }
}
