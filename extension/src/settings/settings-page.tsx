/** The settings: parts on the left, one of them on the right, named in the address after `#`. */
import { signal } from '@preact/signals'
import { Landmark, type LucideIcon, Monitor, Plug, ScrollText, ShieldCheck, Stamp } from 'lucide-preact'
import { useEffect } from 'preact/hooks'
import type { Portal } from '../portals/portal'
import type { Ask } from '../ui/background'
import type { BridgeWatch } from '../ui/bridge-watch'
import { t } from '../ui/i18n'
import { Logo } from '../ui/logo'
import { Icon } from '../ui/parts'
import { AppearancePart } from './appearance-part'
import { ConnectionPart } from './connection-part'
import { JournalPart } from './journal-part'
import type { Pairing } from './pairing'
import { PortalsPart } from './portals-part'
import { PrivacyPart } from './privacy-part'
import { SealPart } from './seal-part'

export interface SettingsTools {
  readonly ask: Ask
  readonly watch: BridgeWatch
  readonly pairing: Pairing
  readonly portals: readonly Portal[]
  readonly practice: boolean
}

const parts = ['portals', 'connection', 'seal', 'look', 'privacy', 'journal'] as const
type Part = (typeof parts)[number]

const icons: Record<Part, LucideIcon> = {
  portals: Landmark,
  connection: Plug,
  seal: Stamp,
  look: Monitor,
  privacy: ShieldCheck,
  journal: ScrollText,
}

function partOf(hash: string): Part {
  return parts.find((part) => `#${part}` === hash) ?? 'portals'
}

const current = signal<Part>(partOf(location.hash))

export function SettingsPage(tools: SettingsTools) {
  useEffect(() => {
    const follow = () => {
      current.value = partOf(location.hash)
    }
    follow()
    window.addEventListener('hashchange', follow)
    void tools.watch.refresh()
    return () => {
      window.removeEventListener('hashchange', follow)
      tools.watch.stop()
    }
  }, [tools.watch])
  return (
    <div class="se">
      <header class="appbar">
        <Logo />
        <span class="name">{t('settings.title')}</span>
      </header>
      <Nav />
      <main class="main">
        <div class="col">
          <Shown part={current.value} tools={tools} />
        </div>
      </main>
    </div>
  )
}

function Nav() {
  return (
    <nav class="side" aria-label={t('settings.nav')}>
      {parts.map((part) => (
        <a
          key={part}
          class="nav-item"
          href={`#${part}`}
          aria-current={part === current.value ? 'page' : undefined}
          data-testid={`nav-${part}`}
        >
          <Icon of={icons[part]} />
          {t(`settings.${part}`)}
        </a>
      ))}
    </nav>
  )
}

function Shown({ part, tools }: { part: Part; tools: SettingsTools }) {
  switch (part) {
    case 'portals':
      return <PortalsPart portals={tools.portals} practice={tools.practice} />
    case 'connection':
      return <ConnectionPart watch={tools.watch} pairing={tools.pairing} />
    case 'seal':
      return <SealPart />
    case 'look':
      return <AppearancePart />
    case 'privacy':
      return <PrivacyPart />
    case 'journal':
      return <JournalPart ask={tools.ask} />
  }
}
