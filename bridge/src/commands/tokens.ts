/** `suoqiao tokens`: the tokens that are plugged in, with their certificates. */
import { parseArgs } from 'node:util'
import { type CertificateInfo, methods, type PinStatus, type TokenInfo } from '@suoqiao/protocol'
import * as v from 'valibot'
import { askDaemon } from '../control/control-client.js'
import { type Home, locateHome } from '../state/home.js'
import { type Command, EXIT_FINDING, EXIT_OK, printJson, printLine } from './command.js'

interface ListedToken extends Pick<TokenInfo, 'id' | 'provider' | 'vendor' | 'label' | 'serial'> {
  readonly pin: Pick<PinStatus, 'triesLeft' | 'locked'>
  readonly certificates: readonly Omit<CertificateInfo, 'holder'>[]
}

async function certificatesOf(home: Home, tokenId: string): Promise<ListedToken['certificates']> {
  const answer = await askDaemon(home, { op: 'call', method: 'token.certificates', params: { tokenId } })
  const { certificates } = v.parse(methods['token.certificates'].result, answer)
  return certificates.map(({ der: _der, holder: _holder, ...certificate }) => certificate)
}

async function listTokens(
  home: Home,
): Promise<{ tokens: ListedToken[]; failed: readonly { provider: string; code: string }[] }> {
  const answer = await askDaemon(home, { op: 'call', method: 'token.list', params: {} })
  const { tokens, failed } = v.parse(methods['token.list'].result, answer)
  const listed: ListedToken[] = []
  for (const { id, provider, vendor, label, serial, pin } of tokens) {
    const { triesLeft, locked } = pin
    const certificates = await certificatesOf(home, id)
    listed.push({ id, provider, vendor, label, serial, pin: { triesLeft, locked }, certificates })
  }
  return { tokens: listed, failed }
}

function printToken({ vendor, label, serial, pin, certificates }: ListedToken): void {
  const tries = pin.triesLeft === null ? '密码次数未知' : `密码还可尝试 ${pin.triesLeft} 次`
  printLine(`${label}（${vendor}，序列号 ${serial}），${pin.locked ? '已锁定' : tries}`)
  for (const { subject, keyType, usage, daysLeft } of certificates) {
    const use = usage === 'encryption' ? '加密证书' : '签名证书'
    printLine(`  ${use} ${keyType}：${subject}，${daysLeft < 0 ? '已过期' : `还有 ${daysLeft} 天`}`)
  }
}

export const tokens: Command = async (args) => {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } })
  const found = await listTokens(locateHome())
  if (values.json) printJson({ tokens: found.tokens })
  else {
    for (const token of found.tokens) printToken(token)
    for (const { provider, code } of found.failed) printLine(`驱动 ${provider} 没有回答（${code}）`)
    if (found.tokens.length === 0) printLine('没有认到 UKey。请插好 UKey，灯亮后等 2 秒。')
  }
  return found.tokens.length > 0 ? EXIT_OK : EXIT_FINDING
}
