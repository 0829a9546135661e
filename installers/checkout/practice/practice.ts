/** `npm start` after set-up and build: the practice portal, the bridge and a browser with the extension. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { extensionBuild, findBrowser, launch } from './find-browser.js'
import { registerNativeHost, startStack } from './stack.js'
import { runUnattended } from './unattended.js'

const USAGE = `npm start                                   打开浏览器，在练习网站上签章
npm start -- --browser chromium|firefox     指定浏览器
npm start -- --headless --out DIR           无人值守地走一遍，结果放在 DIR`

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      headless: { type: 'boolean', default: false },
      out: { type: 'string' },
      browser: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  const kind = values.browser
  const isKnown = kind === undefined || kind === 'chromium' || kind === 'firefox'
  if (values.help || !isKnown || (values.headless && values.out === undefined)) {
    console.log(USAGE)
    return values.help ? 0 : 2
  }
  const browser = findBrowser(kind)
  if (browser === undefined) return sayNoBrowser()
  if (values.headless)
    return await runUnattended(browser, resolve(process.env.INIT_CWD ?? '.', values.out ?? ''))
  if (!hasDisplay()) {
    console.log('这里没有显示器，打不开浏览器窗口。无人值守地走一遍：npm start -- --headless --out DIR')
    return 1
  }
  return await runWithWindow(browser)
}

/** X11 and Wayland name their display; other systems always have one. */
function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

function sayNoBrowser(): number {
  console.log(`没有找到能直接加载扩展的浏览器（Chromium、Edge 或 Firefox）。在 Chrome 里点三下也可以：
  1. 打开 chrome://extensions，打开右上角的“开发者模式”
  2. 点“加载已解压的扩展程序”
  3. 选这个文件夹：${extensionBuild('chromium')}
然后运行 npx suoqiao native-host --register，再运行 npx suoqiao practice 和 npx suoqiao run --practice <练习网站地址>。`)
  return 1
}

async function runWithWindow(installed: NonNullable<ReturnType<typeof findBrowser>>): Promise<number> {
  const stack = await startStack({ env: process.env, pinPrompt: 'auto' })
  const profile = resolve(stack.home, 'practice', `browser-${installed.kind}`)
  await registerNativeHost(profile, { ...process.env, SUOQIAO_HOME: stack.home })
  const browser = await launch(installed, { profile, headless: false, env: { HOME: profile } })
  await browser.open(`${stack.origin}/#/first-entry/undertaking`)
  const bridge = stack.bridge.startedHere ? '锁桥服务已启动' : '用的是已经在运行的锁桥服务'
  console.log(`${bridge}，端口 ${stack.bridge.port}。练习网站：${stack.origin}`)
  console.log('在网页上点“提交申请”，勾选，再点右边锁桥的“签章”。练习密码是 123456。按 Ctrl+C 停止。')
  await Promise.race([
    browser.closed,
    new Promise((done) => process.once('SIGINT', done)),
    new Promise((done) => process.once('SIGTERM', done)),
  ])
  await browser.close().catch(() => undefined)
  await stack.stop()
  return 0
}

process.exitCode = await main()
