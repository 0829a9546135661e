import { describe, expect, it } from 'vitest'
import {
  chooseAmong,
  daysLeft,
  issuerName,
  mayOffer,
  offerKey,
  offersOf,
} from '../../../extension/src/consent/certificate-choice'
import { madeUpCertificate, madeUpToken } from '../ui/gallery/made-up'

const token = madeUpToken()
const of = (...certificates: Parameters<typeof madeUpCertificate>[]) =>
  offersOf([{ token, certificates: certificates.map((one) => madeUpCertificate(...one)) }])

describe('which certificates are offered', () => {
  it('offers the practice token on the practice portal only', () => {
    const practice = madeUpToken({ practice: true })
    expect(mayOffer(practice, true)).toBe(true)
    expect(mayOffer(practice, false)).toBe(false)
    expect(mayOffer(token, true)).toBe(true)
  })

  it('leaves the encryption certificate out beside the signing one', () => {
    const offers = of([{ id: 'b'.repeat(64), usage: 'encryption' }], [{}])
    expect(offers.map(({ certificate }) => certificate.usage)).toEqual(['signing'])
  })

  it('shows a lone encryption certificate with its reason', () => {
    expect(of([{ usage: 'encryption' }])[0]?.obstacle).toBe('certificate.not-for-signing')
  })

  it('names what stands in the way: expired, not yet valid, locked', () => {
    expect(of([{}, -3])[0]?.obstacle).toBe('certificate.expired')
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
    expect(of([{ notBefore: tomorrow }])[0]?.obstacle).toBe('certificate.not-yet-valid')
    const lockedToken = madeUpToken({ pin: { triesLeft: 0, low: true, finalTry: false, locked: true } })
    const [locked] = offersOf([{ token: lockedToken, certificates: [madeUpCertificate()] }])
    expect(locked?.obstacle).toBe('token.pin-locked')
    expect(of([{}])[0]?.obstacle).toBeNull()
  })

  it('preselects nothing among several, and takes a single one', () => {
    const several = of([{}], [{ id: 'b'.repeat(64) }])
    expect(chooseAmong(several, null)).toBeNull()
    const [first] = several
    expect(chooseAmong(several.slice(0, 1), null)).toBe(first && offerKey(first))
  })

  it('keeps the choice while its key is there and drops it when it is pulled', () => {
    const several = of([{}], [{ id: 'b'.repeat(64) }], [{ id: 'c'.repeat(64) }])
    const chosen = several[1] ? offerKey(several[1]) : ''
    expect(chooseAmong(several, chosen)).toBe(chosen)
    expect(
      chooseAmong(
        [several[0], several[2]].flatMap((one) => one ?? []),
        chosen,
      ),
    ).toBeNull()
  })

  it('counts whole days, negative after the end', () => {
    expect(daysLeft(madeUpCertificate({}, 214))).toBe(214)
    expect(daysLeft(madeUpCertificate({}, -2))).toBeLessThan(0)
  })

  it.each([
    ['CN=CFCA ACS OCA31,O=CFCA,C=CN', 'CFCA ACS OCA31'],
    ['C=CN,O=辽宁数字证书\\, 有限公司', '辽宁数字证书, 有限公司'],
    ['C=CN', 'C=CN'],
  ])('says the issuer %s as %s', (issuer, name) => {
    expect(issuerName(issuer)).toBe(name)
  })
})
