/** Shows one screen with made-up data: `?screen=consent&theme=dark&text=large`. For looking at, never shipped. */
import { applyAppearance, parseAppearance } from '../../../../extension/src/ui/appearance'
import '../../../../extension/src/ui/tokens.css'
import '../../../../extension/src/ui/parts.css'
import { language } from '../../../../extension/src/ui/i18n'
import { screens } from './screens'

const asked = new URLSearchParams(location.search)
const look = parseAppearance(Object.fromEntries(asked))
language.value = look.language
applyAppearance(document.documentElement, look)
Object.assign(globalThis, { screenNames: Object.keys(screens) })
void screens[asked.get('screen') ?? '']?.()
