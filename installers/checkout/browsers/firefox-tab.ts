/** One tab of Firefox, driven by WebDriver BiDi the way playwright drives Chromium's. */
import { writeFile } from 'node:fs/promises'
import type { Bidi } from './bidi.js'
import { type Tab, until, WAIT_MS } from './browser.js'

/** WebDriver's code points for keys that are no characters (W3C WebDriver §17.4.2). */
const KEYS: Readonly<Record<string, string>> = {
  Enter: '\uE006',
  Escape: '\uE00C',
  Tab: '\uE004',
  Space: ' ',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
  PageUp: '\uE00E',
  PageDown: '\uE00F',
  Shift: '\uE008',
  Alt: '\uE00A',
}

/** Finds the first visible match, also inside open shadow roots. Runs in the page. */
const FIND = `(selector) => {
  const search = (root) => {
    for (const found of root.querySelectorAll(selector)) if (found.checkVisibility()) return found
    for (const host of root.querySelectorAll('*')) {
      const found = host.shadowRoot && search(host.shadowRoot)
      if (found) return found
    }
    return null
  }
  return search(document)
}`

interface RemoteValue {
  readonly type: string
  readonly value?: unknown
  readonly sharedId?: string
}

interface Evaluated {
  readonly type: 'success' | 'exception'
  readonly result: RemoteValue
  readonly exceptionDetails?: { readonly text: string }
}

export class FirefoxTab implements Tab {
  readonly context: string
  readonly #bidi: Bidi

  constructor(bidi: Bidi, context: string) {
    this.#bidi = bidi
    this.context = context
  }

  async url(): Promise<string> {
    try {
      const tree = await this.#bidi.send<{ contexts: { url: string }[] }>('browsingContext.getTree', {
        root: this.context,
        maxDepth: 0,
      })
      return tree.contexts[0]?.url ?? ''
    } catch {
      return ''
    }
  }

  async goto(url: string): Promise<void> {
    await this.#bidi.send('browsingContext.navigate', { context: this.context, url, wait: 'complete' })
  }

  async evaluate<T>(expression: string): Promise<T> {
    // BiDi has its own value encoding; JSON text through it keeps both drivers alike.
    const json = `(async () => JSON.stringify((await (${expression})) ?? null))()`
    const value = await this.#evaluate(json)
    return JSON.parse(String(value.value)) as T
  }

  async click(selector: string): Promise<void> {
    const isOn = '(e) => e && !e.disabled && e.getAttribute("aria-disabled") !== "true"'
    await until(`${selector} to be on`, () => this.#probe(`(${isOn})((${FIND})(${quote(selector)}))`))
    const element = await this.#evaluate(
      `(() => { const e = (${FIND})(${quote(selector)}); e.scrollIntoView({ block: 'center' }); return e })()`,
    )
    const origin = { type: 'element', element: { sharedId: element.sharedId } }
    await this.#perform({
      type: 'pointer',
      id: 'mouse',
      actions: [
        { type: 'pointerMove', x: 0, y: 0, origin },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerUp', button: 0 },
      ],
    })
  }

  async waitFor(selector: string, timeoutMs = WAIT_MS): Promise<void> {
    await until(selector, () => this.#probe(`(${FIND})(${quote(selector)}) !== null`), timeoutMs)
  }

  async text(selector: string): Promise<string> {
    await this.waitFor(selector)
    return await this.evaluate(`(${FIND})(${quote(selector)}).textContent`)
  }

  async type(text: string): Promise<void> {
    await this.#keys([...text])
  }

  async press(key: string): Promise<void> {
    const parts = key.split('+').map((part) => KEYS[part] ?? part)
    const down = parts.map((value) => ({ type: 'keyDown', value }))
    const up = [...parts].reverse().map((value) => ({ type: 'keyUp', value }))
    await this.#perform({ type: 'key', id: 'keyboard', actions: [...down, ...up] })
  }

  async setFiles(selector: string, files: readonly string[]): Promise<void> {
    const { sharedId } = await this.#evaluate(`document.querySelector(${quote(selector)})`)
    await this.#bidi.send('input.setFiles', { context: this.context, element: { sharedId }, files })
  }

  async screenshot(path: string): Promise<void> {
    const { data } = await this.#bidi.send<{ data: string }>('browsingContext.captureScreenshot', {
      context: this.context,
    })
    await writeFile(path, Buffer.from(data, 'base64'))
  }

  async resize(width: number, height: number): Promise<void> {
    await this.#bidi.send('browsingContext.setViewport', {
      context: this.context,
      viewport: { width, height },
    })
  }

  async close(): Promise<void> {
    await this.#bidi.send('browsingContext.close', { context: this.context })
  }

  async #keys(values: readonly string[]): Promise<void> {
    const actions = values.flatMap((value) => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ])
    await this.#perform({ type: 'key', id: 'keyboard', actions })
  }

  async #perform(source: object): Promise<void> {
    await this.#bidi.send('input.performActions', { context: this.context, actions: [source] })
  }

  /** True or undefined: a page that is just loading or closing has no answer yet. */
  async #probe(expression: string): Promise<true | undefined> {
    try {
      return (await this.#evaluate(`Boolean(${expression})`)).value === true ? true : undefined
    } catch {
      return undefined
    }
  }

  async #evaluate(expression: string): Promise<RemoteValue> {
    const answer = await this.#bidi.send<Evaluated>('script.evaluate', {
      expression,
      target: { context: this.context },
      awaitPromise: true,
      resultOwnership: 'none',
    })
    if (answer.type === 'exception') throw new Error(answer.exceptionDetails?.text ?? 'exception in the page')
    return answer.result
  }
}

const quote = (text: string) => JSON.stringify(text)
