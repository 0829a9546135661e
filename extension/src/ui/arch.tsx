/** The picture of the product: website – bridge – token. A whole arch works, a broken one shows where, dots are not known. */
import { CircleQuestionMark, Download, Globe, KeyRound, type LucideIcon, Waypoints, X } from 'lucide-preact'
import { t } from './i18n'
import { LogoPaths } from './logo'

export type Span = 'whole' | 'broken' | 'unknown'
export type Pillar = 'there' | 'missing' | 'bad'

/** How it stands from the website to the bridge, and from the bridge to the token. */
export interface ArchState {
  readonly site: Pillar | 'unrecognised'
  readonly left: Span
  readonly bridge: Pillar
  readonly right: Span
  readonly token: Pillar
}

const spanClass: Record<Span, string> = { whole: 'a-line', broken: 'a-bad', unknown: 'a-gap' }
const pillarClass: Record<Pillar, string> = { there: '', missing: 'off', bad: 'bad' }

function Glyph({ of: Shape, x, y, size = 24 }: { of: LucideIcon; x: number; y: number; size?: number }) {
  return <Shape class="a-u" x={x} y={y} width={size} height={size} strokeWidth={1.75} />
}

function sayArch(state: ArchState): string {
  const left = t(`parts.arch.left.${state.left}`)
  const right = t(`parts.arch.right.${state.right}`)
  return t('parts.arch.label', { left, right })
}

/** A broken span has a gap at its crown, so that it is seen without colour too. */
function SpanLine({ state, whole, broken }: { state: Span; whole: string; broken: string }) {
  return <path class={spanClass[state]} d={state === 'broken' ? broken : whole} />
}

/** Small arch of empty states (300 px wide). */
export function Arch({ state }: { state: ArchState }) {
  const site = state.site === 'unrecognised' ? 'missing' : state.site
  return (
    <svg class="arch" viewBox="0 20 300 84" role="img" aria-label={sayArch(state)}>
      <SpanLine
        state={state.left}
        whole="M66 64Q95 18 124 64"
        broken="M66 64Q76 48 86 43M104 43Q114 48 124 64"
      />
      <SpanLine
        state={state.right}
        whole="M176 64Q205 18 234 64"
        broken="M176 64Q186 48 196 43M214 43Q224 48 234 64"
      />
      <circle class={`a-n ${pillarClass[site]}`} cx="40" cy="70" r="24" />
      <Glyph of={state.site === 'unrecognised' ? CircleQuestionMark : Globe} x={28} y={58} />
      <circle class={`a-n ${pillarClass[state.bridge]}`} cx="150" cy="70" r="24" />
      <Glyph of={Waypoints} x={138} y={58} />
      <circle class={`a-n ${pillarClass[state.token]}`} cx="260" cy="70" r="24" />
      <Glyph of={KeyRound} x={248} y={58} />
    </svg>
  )
}

function SiteDrawing() {
  return (
    <>
      <rect class="a-box" x="24" y="40" width="150" height="96" rx="8" />
      <path class="a-box" d="M24 60h150" />
      <g fill="var(--c-edge)">
        <circle cx="37" cy="50" r="2.5" />
        <circle cx="46" cy="50" r="2.5" />
        <circle cx="55" cy="50" r="2.5" />
      </g>
      <g fill="var(--c-line)">
        <rect x="40" y="74" width="64" height="7" rx="3" />
        <rect x="40" y="90" width="92" height="7" rx="3" />
        <rect x="40" y="106" width="48" height="7" rx="3" />
      </g>
      <Glyph of={Globe} x={136} y={102} />
    </>
  )
}

function TokenDrawing({ state }: { state: Pillar }) {
  return (
    <g transform="translate(488 76)">
      <rect class={`a-box ${pillarClass[state]}`} width="98" height="44" rx="10" />
      <rect class={`a-box ${pillarClass[state]}`} x="98" y="10" width="30" height="24" rx="2" />
      <g fill="var(--c-edge)">
        <rect x="108" y="15" width="5" height="5" />
        <rect x="108" y="24" width="5" height="5" />
      </g>
      <Glyph of={KeyRound} x={14} y={11} size={22} />
    </g>
  )
}

function BridgeDrawing({ state }: { state: Pillar }) {
  if (state === 'there') {
    return (
      <g transform="translate(304 70) scale(2)">
        <LogoPaths />
      </g>
    )
  }
  if (state === 'bad') {
    return (
      <>
        <rect class="a-n bad" x="304" y="70" width="56" height="56" rx="14" />
        <Glyph of={X} x={320} y={86} />
      </>
    )
  }
  return (
    <>
      <rect
        x="304"
        y="70"
        width="56"
        height="56"
        rx="14"
        fill="none"
        stroke="var(--c-accent)"
        stroke-width="2"
        stroke-dasharray="6 5"
      />
      <Glyph of={Download} x={320} y={86} />
    </>
  )
}

/** Large arch of the first-run page (640 px wide), with the names under its three feet. */
export function LargeArch({ state }: { state: ArchState }) {
  return (
    <svg class="arch arch-large" viewBox="0 36 640 132" role="img" aria-label={sayArch(state)}>
      <SpanLine
        state={state.left}
        whole="M184 98Q242 34 298 98"
        broken="M184 98Q206 74 228 68M254 68Q276 74 298 98"
      />
      <SpanLine
        state={state.right}
        whole="M366 98Q424 34 480 98"
        broken="M366 98Q388 74 410 68M436 68Q458 74 480 98"
      />
      <SiteDrawing />
      <BridgeDrawing state={state.bridge} />
      <TokenDrawing state={state.token} />
      <text class="a-t" x="99" y="162">
        {t('parts.arch.site')}
      </text>
      <text class="a-t" x="332" y="162">
        {t('parts.arch.bridge')}
      </text>
      <text class="a-t" x="552" y="162">
        UKey
      </text>
    </svg>
  )
}
