/** The lamp: shape, colour and word together (circle green, triangle yellow, square red, dashed ring unknown). */
import type { ComponentChildren } from 'preact'

export type LampColour = 'green' | 'yellow' | 'red' | 'grey'

const shapes: Record<LampColour, () => ComponentChildren> = {
  green: () => (
    <>
      <circle cx="10" cy="10" r="9" fill="var(--c-green)" />
      <path
        d="M5.8 10.3l2.9 2.9 5.5-6"
        fill="none"
        stroke="var(--c-on-green)"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </>
  ),
  yellow: () => (
    <>
      <path
        d="M10 2.1 18.6 17.4H1.4z"
        fill="var(--c-yellow)"
        stroke="var(--c-yellow-rim)"
        stroke-width="1.6"
        stroke-linejoin="round"
      />
      <path d="M10 7.2v4.4" stroke="var(--c-on-yellow)" stroke-width="2" stroke-linecap="round" />
      <circle cx="10" cy="14.5" r="1.2" fill="var(--c-on-yellow)" />
    </>
  ),
  red: () => (
    <>
      <rect x="1.5" y="1.5" width="17" height="17" rx="3" fill="var(--c-red)" />
      <path
        d="M6.4 6.4l7.2 7.2M13.6 6.4l-7.2 7.2"
        stroke="var(--c-on-red)"
        stroke-width="2.1"
        stroke-linecap="round"
      />
    </>
  ),
  grey: () => (
    <circle
      cx="10"
      cy="10"
      r="8"
      fill="none"
      stroke="var(--c-grey)"
      stroke-width="1.7"
      stroke-dasharray="3.2 3.1"
    />
  ),
}

/** Only the shape; a word must stand beside it. `label` names it where the word is elsewhere. */
export function LampShape(props: { colour: LampColour; class?: string; label?: string }) {
  const shape = shapes[props.colour]()
  if (props.label === undefined) {
    return (
      <svg viewBox="0 0 20 20" class={props.class} aria-hidden="true">
        {shape}
      </svg>
    )
  }
  return (
    <svg viewBox="0 0 20 20" class={props.class} role="img" aria-label={props.label}>
      {shape}
    </svg>
  )
}

export function Lamp(props: { colour: LampColour; children: ComponentChildren }) {
  return (
    <span class={`lamp lamp-${props.colour}`}>
      <LampShape colour={props.colour} />
      {props.children}
    </span>
  )
}
