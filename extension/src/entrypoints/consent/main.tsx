/** Wires the consent window: job from the address, background, PDF worker, job store. */

import { Consent } from '../../consent/consent-model'
import { ConsentPage } from '../../consent/consent-page'
import { openPageView } from '../../consent/page-view'
import { workerCore } from '../../consent/pdf-core-worker'
import { readJob, saveSigned } from '../../jobs/job-store'
import { ask, listen } from '../../ui/background'
import { mountPage } from '../../ui/mount'
import '../../ui/tokens.css'
import '../../ui/parts.css'
import '../../consent/consent.css'

const jobId = new URLSearchParams(location.search).get('job') ?? ''

const consent = new Consent(jobId, {
  ask,
  listen,
  core: workerCore(),
  openPageView,
  readInput: async (id) => (await readJob(id))?.input ?? null,
  saveSigned,
  close: () => window.close(),
})
void mountPage('window', <ConsentPage consent={consent} />).then(() => consent.open())
