import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { BridgeState } from '../../../extension/src/router/messages'
import { Welcome } from '../../../extension/src/welcome/welcome-model'
import { WelcomePage } from '../../../extension/src/welcome/welcome-page'
import { answering, madeUpCertificate, madeUpToken, withTokens } from '../ui/gallery/made-up'

const connected: BridgeState = {
  state: 'connected',
  transport: 'websocket',
  reason: null,
  bridgeVersion: '0.1.0',
  mustUpdate: 'none',
}
let open: Welcome | null = null
afterEach(() => {
  open?.watch.stop()
  render(null, document.body)
})

const find = (testId: string) => document.querySelector<HTMLElement>(`[data-testid="${testId}"]`)
const steps = () => [1, 2, 3, 4].map((n) => find(`step-${n}`)?.dataset.state)
const oneKey = withTokens([[madeUpToken(), [madeUpCertificate()]]])

async function shown(answers: Readonly<Record<string, unknown>>) {
  const gone: string[] = []
  let tell = (_event: string) => {}
  const welcome = new Welcome({
    ask: answering({ 'bridge.state': connected, ...withTokens([]), ...answers }),
    listen: (onEvent) => {
      tell = (event) => onEvent(event, {})
      return () => {}
    },
    version: '0.1.0',
    goTo: (url) => gone.push(url),
  })
  open = welcome
  await act(() => render(<WelcomePage welcome={welcome} />, document.body))
  await vi.waitFor(() => expect(welcome.watch.standing.value.bridge).not.toBeNull())
  await act(() => {})
  return { welcome, gone, tell: (event: string) => tell(event) }
}

describe('the first page', () => {
  it('waits for the UKey once the bridge runs, and goes on by itself', async () => {
    let plugged = false
    const { tell } = await shown({
      'token.list': () => (plugged ? oneKey['token.list'] : { tokens: [], failed: [] }),
      'token.certificates': oneKey['token.certificates'],
    })
    expect(steps()).toEqual(['done', 'done', 'now', 'later'])
    plugged = true
    tell('token.changed')
    await vi.waitFor(() => expect(steps()).toEqual(['done', 'done', 'done', 'now']))
    expect(find('welcome-title')?.textContent).toBe('都好了，可以签章了')
    expect(find('step-3')?.textContent).toContain('证书还有 214 天')
  })

  it.each([
    ['not-installed', '再装一个小程序，就能用 UKey', 'pair'],
    ['not-running', '锁桥服务还没有连上', 'start-bridge'],
    ['unauthorized', '锁桥服务还没有连上', 'pair'],
    ['impostor', '锁桥服务还没有连上', 'start-bridge'],
  ])('shows the next step when the bridge is %s', async (state, title, button) => {
    await shown({ 'bridge.state': { ...connected, state } })
    expect(find('welcome-title')?.textContent).toBe(title)
    expect(steps()).toEqual(['done', 'now', 'later', 'later'])
    expect(find('step-2')?.querySelector(`[data-testid="${button}"]`)).not.toBeNull()
  })

  it('opens the practice website that the bridge names', async () => {
    const { gone } = await shown({ 'session.status': { practiceOrigin: 'http://127.0.0.1:4711' } })
    find('practice')?.click()
    await vi.waitFor(() => expect(gone).toEqual(['http://127.0.0.1:4711']))
  })

  it('says how to switch practice on when it is off', async () => {
    const { gone } = await shown({ 'session.status': { practiceOrigin: null } })
    find('practice')?.click()
    await vi.waitFor(() => expect(document.body.textContent).toContain('练习设备没有打开'))
    expect(gone).toEqual([])
  })
})
