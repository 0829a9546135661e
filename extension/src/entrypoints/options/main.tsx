/** Wires the settings page. */
import { isPracticeBuild, portals } from '../../portals'
import { createPairing } from '../../settings/pairing'
import { SettingsPage } from '../../settings/settings-page'
import { ask, listen } from '../../ui/background'
import { watchBridge } from '../../ui/bridge-watch'
import { mountPage } from '../../ui/mount'
import '../../ui/tokens.css'
import '../../ui/parts.css'
import '../../settings/settings.css'

const watch = watchBridge(ask, listen)
const pairing = createPairing(ask, () => void watch.refresh('bridge.connect'))

void mountPage(
  'page',
  <SettingsPage ask={ask} watch={watch} pairing={pairing} portals={portals} practice={isPracticeBuild} />,
)
