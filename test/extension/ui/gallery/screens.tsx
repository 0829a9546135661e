/** One entry per screen state. */

import { type CertificateInfo, SuoqiaoError, type TokenInfo } from '@suoqiao/protocol'
import { type ComponentChildren, render } from 'preact'
import type { Consent } from '../../../../extension/src/consent/consent-model'
import { workerCore } from '../../../../extension/src/consent/pdf-core-worker'
import type { BridgeState, PinPromptView, SignJob } from '../../../../extension/src/router/messages'
import { answering, madeUpCertificate, madeUpJob, madeUpToken, withTokens } from './made-up'
import { panelScreens } from './panel-screens'

const show = (screen: ComponentChildren) => render(screen, document.body)

type Found = readonly (readonly [TokenInfo, readonly CertificateInfo[]])[]

async function consentWith(found: Found, job: Partial<SignJob> = {}, finish?: (consent: Consent) => void) {
  const { Consent } = await import('../../../../extension/src/consent/consent-model')
  const { ConsentPage } = await import('../../../../extension/src/consent/consent-page')
  const { openPageView } = await import('../../../../extension/src/consent/page-view')
  await import('../../../../extension/src/consent/consent.css')
  const file = await (await fetch('./fixture.pdf')).blob()
  const consent = new Consent('job-1', {
    ask: answering({
      ...withTokens(found),
      'job.get': madeUpJob({ ...job, file: { name: '企业诚信守法承诺书.pdf', size: file.size } }),
      'job.finish': {},
    }),
    listen: () => () => {},
    core: workerCore(),
    openPageView,
    readInput: async () => file,
    saveSigned: async () => {},
    close: () => {},
  })
  show(<ConsentPage consent={consent} />)
  await consent.open()
  finish?.(consent)
}

const one: Found = [[madeUpToken(), [madeUpCertificate()]]]
const practiceToken = madeUpToken({ id: 'practice', practice: true, label: '练习设备' })

const PRACTICE_ISSUER = 'CN=练习证书机构（练习，没有法律效力）,C=CN'
const practicePortal = {
  id: 'xinjiang-cloud',
  name: '新疆工程建设云',
  origin: 'http://127.0.0.1:35247',
  topOrigin: 'http://127.0.0.1:35247',
}

async function pinWith(change: Partial<PinPromptView>) {
  const { PinPage } = await import('../../../../extension/src/pin-window/pin-page')
  await import('../../../../extension/src/pin-window/pin.css')
  const view: PinPromptView = {
    promptId: 'prompt',
    tokenLabel: 'CFCA 企业锁',
    fileName: '企业诚信守法承诺书.pdf',
    digestStart: '72b417f3',
    practice: false,
    wrong: false,
    pin: { triesLeft: 10, low: false, finalTry: false, locked: false },
    sealKey: '',
    ...change,
  }
  show(<PinPage view={view} tools={{ answer: async () => {}, copy: async () => {} }} />)
}

const connected: BridgeState = {
  state: 'connected',
  transport: 'websocket',
  reason: null,
  bridgeVersion: '0.1.0',
  mustUpdate: 'none',
}
const portalTab = {
  portalId: 'xinjiang-cloud',
  portalName: '新疆工程建设云',
  origin: 'http://jsy.xjjs.gov.cn',
  documents: ['企业诚信守法承诺书'],
}
const unknownTab = { portalId: null, portalName: null, origin: null, documents: [] }

async function popupWith(bridge: Partial<BridgeState>, found: Found, tab: unknown = portalTab) {
  const { Popup } = await import('../../../../extension/src/popup/popup-model')
  const { PopupPage } = await import('../../../../extension/src/popup/popup-page')
  await import('../../../../extension/src/popup/popup.css')
  document.documentElement.classList.add('as-tab')
  const popup = new Popup({
    ask: answering({
      ...withTokens(found),
      'bridge.state': { ...connected, ...bridge },
      'tab.describe': tab,
    }),
    listen: () => () => {},
    tabId: async () => 1,
    goTo: () => {},
    done: () => {},
  })
  show(<PopupPage popup={popup} />)
}

async function welcomeWith(bridge: Partial<BridgeState>, found: Found) {
  const { Welcome } = await import('../../../../extension/src/welcome/welcome-model')
  const { WelcomePage } = await import('../../../../extension/src/welcome/welcome-page')
  await import('../../../../extension/src/welcome/welcome.css')
  document.body.dataset.surface = 'page'
  const ask = answering({ ...withTokens(found), 'bridge.state': { ...connected, ...bridge } })
  show(
    <WelcomePage welcome={new Welcome({ ask, listen: () => () => {}, version: '0.1.0', goTo: () => {} })} />,
  )
}

const journal = {
  intact: true,
  total: 2,
  entries: ['ok', 'token.pin-incorrect'].map((outcome, seq) => ({
    seq,
    at: '2026-09-29T06:05:00.000Z',
    method: 'pdf.sign',
    origin: 'http://jsy.xjjs.gov.cn',
    tokenId: 'one',
    certificateId: 'a'.repeat(64),
    certificateSerial: '1094a3f2c5',
    digest: '72b417f3'.repeat(8),
    outcome,
    previous: '',
    hash: '',
  })),
}

async function settingsAt(part: string) {
  const { SettingsPage } = await import('../../../../extension/src/settings/settings-page')
  const { createPairing } = await import('../../../../extension/src/settings/pairing')
  const { watchBridge } = await import('../../../../extension/src/ui/bridge-watch')
  const { portals } = await import('../../../../extension/src/portals')
  await import('../../../../extension/src/settings/settings.css')
  document.body.dataset.surface = 'page'
  location.hash = part
  const ask = answering({
    ...withTokens(one),
    'bridge.state': connected,
    'journal.list': journal,
    'pair.begin': { pairingId: 'pairing', digits: '482913' },
  })
  const pairing = createPairing(ask, () => {})
  if (part === 'connection') await pairing.begin()
  const watch = watchBridge(ask, () => () => {})
  show(<SettingsPage ask={ask} watch={watch} pairing={pairing} portals={portals} practice={false} />)
}

const low = { triesLeft: 3, low: true, finalTry: false, locked: false }
const last = { triesLeft: 1, low: true, finalTry: true, locked: false }
const locked = { triesLeft: 0, low: true, finalTry: false, locked: true }

export const screens: Readonly<Record<string, () => unknown>> = {
  consent: () => consentWith(one),
  'consent-practice': () =>
    consentWith([[practiceToken, [madeUpCertificate({ holder: '练习建设有限公司' })]]], { practice: true }),
  'consent-none': () => consentWith([]),
  'consent-several': () =>
    consentWith([
      [madeUpToken(), [madeUpCertificate(), madeUpCertificate({ id: 'b'.repeat(64), holder: '沈国梁' })]],
      [
        madeUpToken({
          id: 'two',
          label: '辽宁 CA',
          pin: { triesLeft: null, low: false, finalTry: false, locked: false },
        }),
        [madeUpCertificate({ id: 'c'.repeat(64), issuer: 'CN=LNCA,O=LNCA' }, -12)],
      ],
    ]),
  'consent-twins': () =>
    consentWith(
      [
        [
          practiceToken,
          [
            madeUpCertificate({ holder: '练习企业有限公司（练习）', issuer: PRACTICE_ISSUER }),
            madeUpCertificate({
              id: 'b'.repeat(64),
              holder: '练习企业有限公司（练习）',
              issuer: PRACTICE_ISSUER,
              keyType: 'EC-P256',
            }),
          ],
        ],
      ],
      { practice: true, portal: practicePortal },
    ),
  'consent-pin': () =>
    consentWith(one, {}, (consent) => {
      consent.phase.value = { kind: 'working', stage: 'pin' }
    }),
  'consent-failed': () =>
    consentWith(one, {}, (consent) => {
      consent.failure.value = new SuoqiaoError('token.removed')
    }),
  'consent-refused': () =>
    consentWith(one, {}, (consent) => {
      consent.fatal.value = 'pdf.encrypted'
    }),
  'consent-done': () =>
    consentWith(one, {}, (consent) => {
      consent.phase.value = { kind: 'done' }
    }),
  'consent-expired': () => consentWith([[madeUpToken(), [madeUpCertificate({}, -50)]]]),
  pin: () => pinWith({}),
  'pin-wrong': () => pinWith({ wrong: true, pin: low }),
  'pin-last': () => pinWith({ wrong: true, pin: last }),
  'pin-locked': () => pinWith({ pin: locked }),
  'pin-practice': () => pinWith({ practice: true }),
  popup: () => popupWith({}, one),
  'popup-soon': () => popupWith({}, [[madeUpToken({ pin: low }), [madeUpCertificate({}, 12)]]]),
  'popup-stopped': () => popupWith({ state: 'not-running' }, []),
  'popup-unknown': () => popupWith({}, one, unknownTab),
  'welcome-ready': () => welcomeWith({}, []),
  'welcome-done': () => welcomeWith({}, one),
  'welcome-no-bridge': () =>
    welcomeWith({ state: 'not-installed', transport: null, bridgeVersion: null }, []),
  'welcome-impostor': () => welcomeWith({ state: 'impostor' }, []),
  ...panelScreens,
  'settings-portals': () => settingsAt('portals'),
  'settings-connection': () => settingsAt('connection'),
  'settings-seal': () => settingsAt('seal'),
  'settings-look': () => settingsAt('look'),
  'settings-privacy': () => settingsAt('privacy'),
  'settings-journal': () => settingsAt('journal'),
}
