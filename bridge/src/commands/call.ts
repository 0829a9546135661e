/** `suoqiao call <method> '<json>'`: any request of the protocol without a browser, for the helpdesk. */
import { createHash } from 'node:crypto'
import { parseArgs } from 'node:util'
import { canonicalJson, isMethod, methods, SuoqiaoError } from '@suoqiao/protocol'
import * as v from 'valibot'
import { askDaemon } from '../control/control-client.js'
import { type Home, locateHome } from '../state/home.js'
import { askTwoWords } from './ask.js'
import { type Command, EXIT_OK, printJson, printLine, UsageError } from './command.js'

const USAGE = "用法：suoqiao call <方法> '<JSON 参数>' [--yes] [--json]"

function parseParams(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`参数不是 JSON。${USAGE}`)
  }
}

/** The first eight hex digits in two groups, as the consent window shows them. */
function shortDigest(hex: string): string {
  return `${hex.slice(0, 4)} ${hex.slice(4, 8)}`
}

function describe(method: string, params: Record<string, unknown>): string {
  const file = params.file as { name: string; pages: number } | undefined
  const digest = String(params.docDigest ?? params.digest ?? '')
  const what = file ? `文件 ${file.name}（${file.pages} 页）` : '网站登录用的随机数'
  return [
    method === 'pdf.sign' ? '给这份文件签章？' : '给这次登录签章？',
    `  ${what}`,
    `  摘要 ${shortDigest(digest)}`,
    `  证书 ${shortDigest(String(params.certificateId))}`,
    '',
  ].join('\n')
}

/** Shows what will be signed and fetches a ticket for exactly that. Throws consent.refused. */
async function consentTo(
  home: Home,
  method: string,
  params: Record<string, unknown>,
  isAgreed: boolean,
): Promise<string> {
  process.stderr.write(describe(method, params))
  if (!isAgreed && !(await askTwoWords('签章吗', '是', '否'))) throw new SuoqiaoError('consent.refused')
  const paramsSha256 = createHash('sha256').update(canonicalJson(params)).digest('hex')
  const request = { method, certificateId: params.certificateId, paramsSha256 }
  const answer = await askDaemon(home, { op: 'call', method: 'session.consent', params: request })
  return v.parse(methods['session.consent'].result, answer).ticket
}

export const call: Command = async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, yes: { type: 'boolean' } },
  })
  const [method, text = '{}', ...rest] = positionals
  if (method === undefined || rest.length > 0) throw new UsageError(USAGE)
  const home = locateHome()
  let params = parseParams(text)
  let consent: string | undefined
  if (isMethod(method) && 'sensitive' in methods[method]) {
    const parsed = v.safeParse(methods[method].params, params)
    if (!parsed.success) throw new SuoqiaoError('request.invalid', { reason: v.summarize(parsed.issues) })
    params = parsed.output
    consent = await consentTo(home, method, { ...parsed.output }, values.yes ?? false)
  }
  const result = await askDaemon(home, { op: 'call', method, params, ...(consent ? { consent } : {}) })
  if (values.json) printJson(result)
  else printLine(JSON.stringify(result, null, 2))
  return EXIT_OK
}
