/** The small parts every screen shares: icon, banner, message, spinner, window head, segmented choice. */
import type { LucideIcon } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import { type LampColour, LampShape } from './lamp'
import { Logo } from './logo'

/** A Lucide icon without a name of its own: the word beside it says what it is. */
export function Icon({ of: Glyph }: { of: LucideIcon }) {
  return <Glyph class="i" aria-hidden="true" />
}

export function IconButton(props: {
  of: LucideIcon
  label: string
  testId: string
  onClick: (event: MouseEvent) => void
  off?: boolean
}) {
  return (
    <button
      type="button"
      class="icon-btn"
      aria-label={props.label}
      aria-disabled={props.off ? 'true' : undefined}
      data-testid={props.testId}
      onClick={(event) => !props.off && props.onClick(event)}
    >
      <Icon of={props.of} />
    </button>
  )
}

type Tone = Exclude<LampColour, 'grey'>

/** Stays in the flow and never floats. `alert` is read aloud at once. */
export function Banner(props: { tone: Tone; testId?: string; alert?: boolean; children: ComponentChildren }) {
  return (
    <div
      class={`banner banner-${props.tone}`}
      role={props.alert ? 'alert' : 'status'}
      data-testid={props.testId}
    >
      <LampShape colour={props.tone} />
      <div class="grow">{props.children}</div>
    </div>
  )
}

/** One line under the thing it speaks of. */
export function Message(props: { tone: Tone; id?: string; testId?: string; children: ComponentChildren }) {
  return (
    <p class={`msg msg-${props.tone}`} id={props.id} data-testid={props.testId}>
      <LampShape colour={props.tone} />
      <span>{props.children}</span>
    </p>
  )
}

/** A spinner never stands without the words of what is being done. */
export function Working({ children }: { children: ComponentChildren }) {
  return (
    <span class="row muted" role="status">
      <span class="spin" aria-hidden="true" />
      {children}
    </span>
  )
}

/** Name at the head of popup and small windows. */
export function WindowHead({ name, children }: { name: string; children?: ComponentChildren }) {
  return (
    <header class="pop-top">
      <Logo />
      <span class="name grow">{name}</span>
      {children}
    </header>
  )
}

/** A few choices of which one holds; acts at once. */
export function Segmented<Value extends string>(props: {
  label: string
  value: Value
  choices: readonly (readonly [Value, string])[]
  testId: string
  onChoose: (value: Value) => void
}) {
  return (
    <fieldset class="seg" aria-label={props.label} data-testid={props.testId}>
      {props.choices.map(([value, word]) => (
        <button
          type="button"
          key={value}
          aria-pressed={value === props.value}
          data-testid={`${props.testId}-${value}`}
          onClick={() => props.onChoose(value)}
        >
          {word}
        </button>
      ))}
    </fieldset>
  )
}
