/** token.list, token.certificates and token.pinStatus over a real token, judged by the protocol's own schemas. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { methods } from '@suoqiao/protocol'
import { parse } from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../../bridge/src/handlers/handler.js'
import { tokenCertificates } from '../../../bridge/src/handlers/token.certificates.js'
import { tokenList } from '../../../bridge/src/handlers/token.list.js'
import { tokenPinStatus } from '../../../bridge/src/handlers/token.pin-status.js'
import { makeCaller } from '../../stands/caller.js'
import { createFaultyToken, errorOf, type FaultyToken, type OpenTokens } from '../../stands/faulty-token.js'

let stand: FaultyToken
let tokens: OpenTokens
let tokenId: string
let desk: Services

beforeAll(async () => {
  stand = await createFaultyToken()
  ;({ tokens, tokenId } = await stand.open())
  // Only what these handlers may touch; anything else would be undefined and fail.
  desk = { tokens } as unknown as Services
})
afterAll(async () => {
  await tokens?.close()
  await stand?.remove()
})

describe('the list of tokens', () => {
  it('names a library that fails and still shows the tokens of the others', async () => {
    await stand.shim.setFaults('C_GetSlotList rv 0x5')
    const answer = parse(methods['token.list'].result, await tokenList({}, makeCaller(), desk))
    await stand.shim.setFaults()
    expect(answer.failed).toEqual([{ provider: 'shim', code: 'provider.failed' }])
    expect(answer.tokens.map(({ provider, label }) => [provider, label])).toEqual([
      ['softhsm2', stand.hsm.tokenLabel],
    ])
  })
})

describe('the certificates of a token', () => {
  it('come with the exact DER that openssl reads', async () => {
    const answer = parse(
      methods['token.certificates'].result,
      await tokenCertificates({ tokenId }, makeCaller(), desk),
    )
    expect(answer.certificates).toHaveLength(2)
    for (const { der, serialNumber } of answer.certificates) {
      const path = join(stand.dir, 'listed.der')
      writeFileSync(path, Buffer.from(der, 'base64'))
      const printed = execFileSync('openssl', ['x509', '-inform', 'DER', '-in', path, '-noout', '-serial'], {
        encoding: 'utf8',
      })
      expect(printed.trim()).toBe(`serial=${serialNumber}`)
    }
  })

  it('of a token that is not there are an error with a sentence', async () => {
    const failure = await errorOf(tokenCertificates({ tokenId: 'shim.gone' }, makeCaller(), desk))
    expect(failure.code).toBe('token.not-found')
    expect((await errorOf(tokenCertificates({ tokenId: 'nobody' }, makeCaller(), desk))).code).toBe(
      'token.not-found',
    )
  })
})

describe('the PIN status of a token', () => {
  it('is told without trying a PIN', async () => {
    await stand.shim.setFaults('C_GetTokenInfo flags 0x20000')
    const answer = parse(
      methods['token.pinStatus'].result,
      await tokenPinStatus({ tokenId }, makeCaller(), desk),
    )
    await stand.shim.setFaults()
    expect(answer).toEqual({ triesLeft: 1, low: true, finalTry: true, locked: false })
    expect(await stand.shim.callsOf('C_Login')).toBe(0)
  })
})
