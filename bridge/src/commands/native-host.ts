/** `suoqiao native-host`: started by browsers; by people with --register or --unregister. */
import { parseArgs } from 'node:util'
import { type Registration, registerNativeHost, unregisterNativeHost } from '../native-host/register.js'
import { serveBrowser } from '../native-host/serve-browser.js'
import { openHome } from '../state/home.js'
import { type Command, EXIT_OK, printJson, printLine } from './command.js'

const SAYS: Readonly<Record<Registration['browser'], string>> = {
  chromium: 'Chromium',
  chrome: 'Chrome',
  edge: 'Edge',
  firefox: 'Firefox',
  'chromium-profile': 'Chromium 用户目录',
}

export const nativeHost: Command = async (args) => {
  // Browsers pass their own arguments, which are no options of ours.
  const isForPeople = args.some((arg) => arg === '--register' || arg === '--unregister')
  if (!isForPeople) return await serveBrowser(args)
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean' },
      register: { type: 'boolean' },
      unregister: { type: 'boolean' },
      'chromium-profile': { type: 'string' },
    },
  })
  const home = openHome()
  const profile = values['chromium-profile']
  const done = values.unregister ? unregisterNativeHost(home, profile) : registerNativeHost(home, profile)
  if (values.json) printJson({ registered: !values.unregister, manifests: done })
  else {
    for (const { browser, file } of done) {
      printLine(`${values.unregister ? '已移除' : '已登记'} ${SAYS[browser]}：${file}`)
    }
  }
  return EXIT_OK
}
