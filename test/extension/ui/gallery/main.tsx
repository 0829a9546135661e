/** Shows one screen with made-up data: `?screen=consent&theme=dark&text=large`. For looking at, never shipped. */
import { applyAppearance, parseAppearance } from '../../../../extension/src/ui/appearance'
import '../../../../extension/src/ui/tokens.css'
import '../../../../extension/src/ui/parts.css'
import { screens } from './screens'

const asked = new URLSearchParams(location.search)
applyAppearance(document.documentElement, parseAppearance(Object.fromEntries(asked)))
void screens[asked.get('screen') ?? '']?.()
