/** The running signing jobs: file in, consent window, file out. What must outlast a stopped worker is in storage. */
import { SuoqiaoError, toWireError, type WireError } from '@suoqiao/protocol'
import { browser } from 'wxt/browser'
import type { SignJob } from '../router/messages'
import { deleteJob, readJob, saveJob, wipeOldJobs } from './job-store'
import { CONSENT_SIZE, closeWindow, openWindow } from './windows'

const OPEN_JOBS = 'open-jobs'

interface OpenJob {
  readonly tabId: number
  readonly windowId: number | null
  /** Set when the job ended while nobody listened. */
  readonly ended: JobEnd | null
}

/** `signed`: the signed file waits in the job store. */
export type JobEnd = { readonly outcome: 'signed' } | { readonly outcome: 'error'; readonly error: WireError }

export interface JobListener {
  /** The user has confirmed; the bridge is asking for the password or signing. */
  onSigning(): void
  onEnd(end: JobEnd): void
}

export class JobDesk {
  readonly #listeners = new Map<string, JobListener>()
  /** Requests of a job that ended are given up at the bridge, too: its PIN window closes. */
  readonly #running = new Map<string, AbortController>()
  #open: Map<string, OpenJob> | null = null

  /** Stores the file and opens the consent window. One job per tab: an earlier one is refused. */
  async begin(job: SignJob, tabId: number, file: Blob, listener: JobListener): Promise<void> {
    await wipeOldJobs()
    await this.#dropOthersOf(tabId)
    await saveJob(job, file)
    this.#listeners.set(job.id, listener)
    await this.#put(job.id, { tabId, windowId: null, ended: null })
    const windowId = await openWindow(`consent.html?job=${job.id}`, CONSENT_SIZE)
    await this.#put(job.id, { tabId, windowId, ended: null })
  }

  /** A page that was cut off by a stopped worker listens again. Throws consent.expired for an unknown job or another tab. */
  async resume(jobId: string, tabId: number, listener: JobListener): Promise<void> {
    const open = (await this.#jobs()).get(jobId)
    if (!open || open.tabId !== tabId) throw new SuoqiaoError('consent.expired')
    this.#listeners.set(jobId, listener)
    if (open.ended) listener.onEnd(open.ended)
  }

  /** The job as the consent window shows it. Throws consent.expired when it is unknown or wiped. */
  async get(jobId: string): Promise<SignJob> {
    const stored = await readJob(jobId)
    if (!stored || !(await this.#jobs()).has(jobId)) throw new SuoqiaoError('consent.expired')
    return stored.job
  }

  /** Aborts when the job ends. */
  whileOpen(jobId: string): AbortSignal {
    const running = this.#running.get(jobId) ?? new AbortController()
    this.#running.set(jobId, running)
    return running.signal
  }

  signing(jobId: string): void {
    this.#listeners.get(jobId)?.onSigning()
  }

  /** Ends a job once; later ends are ignored. */
  async finish(jobId: string, outcome: 'signed' | 'refused' | 'failed', error?: WireError): Promise<void> {
    const open = (await this.#jobs()).get(jobId)
    if (!open || open.ended) return
    this.#giveUp(jobId)
    const end = await endOf(jobId, outcome, error)
    await this.#put(jobId, { ...open, ended: end })
    this.#listeners.get(jobId)?.onEnd(end)
  }

  /** The page went away or has taken its file: close the window, wipe the files. */
  async drop(jobId: string): Promise<void> {
    const jobs = await this.#jobs()
    const open = jobs.get(jobId)
    this.#listeners.delete(jobId)
    this.#giveUp(jobId)
    await deleteJob(jobId)
    if (!open) return
    jobs.delete(jobId)
    await this.#save()
    // A finished consent window closes by itself after it has said 签好了.
    if (open.windowId !== null && !open.ended) await closeWindow(open.windowId)
  }

  /** The user closed a window: if it was an open consent, that is a refusal. */
  async windowClosed(windowId: number): Promise<void> {
    for (const [jobId, open] of await this.#jobs()) {
      if (open.windowId === windowId) await this.finish(jobId, 'refused')
    }
  }

  #giveUp(jobId: string): void {
    this.#running.get(jobId)?.abort()
    this.#running.delete(jobId)
  }

  async #dropOthersOf(tabId: number): Promise<void> {
    for (const [jobId, open] of await this.#jobs()) {
      if (open.tabId !== tabId) continue
      await this.finish(jobId, 'refused')
      await this.drop(jobId)
    }
  }

  async #jobs(): Promise<Map<string, OpenJob>> {
    if (!this.#open) {
      const stored = (await browser.storage.session.get(OPEN_JOBS))[OPEN_JOBS]
      this.#open ??= new Map(Object.entries((stored as Record<string, OpenJob> | undefined) ?? {}))
    }
    return this.#open
  }

  async #put(jobId: string, open: OpenJob): Promise<void> {
    const jobs = await this.#jobs()
    jobs.set(jobId, open)
    await this.#save()
  }

  async #save(): Promise<void> {
    await browser.storage.session.set({ [OPEN_JOBS]: Object.fromEntries(await this.#jobs()) })
  }
}

async function endOf(jobId: string, outcome: string, error?: WireError): Promise<JobEnd> {
  if (outcome === 'refused') {
    return { outcome: 'error', error: toWireError(new SuoqiaoError('consent.refused')) }
  }
  if (outcome === 'signed') {
    const stored = await readJob(jobId)
    if (stored?.signed) return { outcome: 'signed' }
    return { outcome: 'error', error: toWireError(new SuoqiaoError('pdf.verify-failed')) }
  }
  return { outcome: 'error', error: error ?? toWireError(null) }
}
