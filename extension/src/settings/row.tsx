/** One row of a settings card: what it is, a line of explanation, and the control. */
import type { ComponentChildren } from 'preact'

export function Row(props: { name: string; note?: string; testId?: string; children?: ComponentChildren }) {
  return (
    <div class="r" data-testid={props.testId}>
      <div>
        {props.name}
        {props.note && <p>{props.note}</p>}
      </div>
      <div class="row">{props.children}</div>
    </div>
  )
}
