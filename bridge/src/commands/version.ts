/** `suoqiao version`: the release and the protocol it speaks. */
import { parseArgs } from 'node:util'
import { PRODUCT_VERSION, PROTOCOL_VERSION } from '@suoqiao/protocol'
import { type Command, EXIT_OK, printJson, printLine } from './command.js'

export const version: Command = async (args) => {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } })
  if (values.json) printJson({ version: PRODUCT_VERSION, protocol: PROTOCOL_VERSION })
  else printLine(`锁桥 ${PRODUCT_VERSION}（协议 ${PROTOCOL_VERSION}）`)
  return EXIT_OK
}
