/** What the panel knows and does; the view only shows it. */
import { signal } from '@preact/signals'
import { SuoqiaoError } from '@suoqiao/protocol'
import { findDocuments, type PageDocument } from '../page/find-document'
import { type PutBack, placeOf, putBack } from '../page/put-back'
import { recognise } from '../page/recognise'
import { checkFile, fetchDownload } from '../page/take-file'
import { isPracticeOrigin } from '../portals'
import type { Portal } from '../portals/portal'
import type { PanelStatus } from '../router/messages'
import { type MessageKey, sayError, t } from '../ui/i18n'
import { SignClient, type SignPort, type Stage } from './sign-client'

export type WorkStage = 'file' | Stage | 'back'

export type Phase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly documentName: string; readonly stage: WorkStage }
  | { readonly kind: 'done'; readonly documentName: string; readonly put: PutBack }
  | { readonly kind: 'error'; readonly documentName: string; readonly sentence: string }

export interface PanelOptions {
  readonly root: Document
  /** Portals that may live at this page's origin. */
  readonly portals: readonly Portal[]
  connect(): SignPort
  saveFolded(folded: boolean): void
}

/** A fault that has no code of its own: the user only has to choose a file. */
class NeedFile extends Error {}

function sentenceOf(error: unknown): string {
  if (error instanceof NeedFile) return t('panel.error.need-file')
  return sayError(error instanceof SuoqiaoError ? error.code : 'bridge.internal')
}

export class PanelController {
  readonly portal = signal<Portal | null>(null)
  readonly documents = signal<readonly PageDocument[]>([])
  readonly status = signal<PanelStatus | null>(null)
  readonly phase = signal<Phase>({ kind: 'idle' })
  readonly chosen = signal<File | null>(null)
  readonly folded = signal(true)
  readonly isPractice: boolean
  readonly #options: PanelOptions
  readonly #client: SignClient

  constructor(options: PanelOptions) {
    this.#options = options
    this.isPractice = isPracticeOrigin(options.root.location.origin)
    this.#client = new SignClient(
      () => options.connect(),
      (status) => {
        this.status.value = status
      },
    )
  }

  /** Reads the page again; called after every burst of its changes. */
  look(): void {
    const { root, portals } = this.#options
    this.portal.value = recognise(root, portals)
    this.documents.value = this.portal.value ? findDocuments(root, this.portal.value) : []
    if (this.#wasEmptied()) this.startOver()
  }

  /** The result is of no more use once the page shows the same field without the file: the user began anew. */
  #wasEmptied(): boolean {
    const phase = this.phase.value
    if (phase.kind !== 'done' || !phase.put.inField) return false
    return this.#item(phase.documentName)?.upload?.files?.length === 0
  }

  /** Forgets the last result; the same document can be signed again. */
  startOver(): void {
    if (!this.isWorking) this.phase.value = { kind: 'idle' }
  }

  unfold(): void {
    this.folded.value = false
    this.#options.saveFolded(false)
    this.refresh()
  }

  fold(): void {
    this.folded.value = true
    this.#options.saveFolded(true)
    this.#client.rest()
  }

  /** Asks for bridge and UKey again; a bridge that is down is started by this. */
  refresh(): void {
    this.#client.watch()
  }

  choose(file: File | null): void {
    this.chosen.value = file
    if (this.phase.value.kind !== 'working') this.phase.value = { kind: 'idle' }
  }

  cancel(): void {
    this.#client.cancel()
  }

  get isWorking(): boolean {
    return this.phase.value.kind === 'working'
  }

  refuse(documentName: string, key: MessageKey): void {
    this.phase.value = { kind: 'error', documentName, sentence: t(key) }
  }

  /** The whole way of one document; ends in the phase `done` or `error` and never throws. */
  async sign(documentName: string): Promise<void> {
    if (this.isWorking) return
    const stage = (now: WorkStage): void => {
      this.phase.value = { kind: 'working', documentName, stage: now }
    }
    try {
      const put = await this.#run(documentName, stage)
      this.chosen.value = null
      this.phase.value = { kind: 'done', documentName, put }
    } catch (error) {
      this.phase.value = { kind: 'error', documentName, sentence: sentenceOf(error) }
    }
    this.look()
  }

  async #run(documentName: string, stage: (now: WorkStage) => void): Promise<PutBack> {
    this.look()
    const item = this.#item(documentName)
    if (!item) throw new SuoqiaoError('page.changed')
    if (!item.upload) throw new SuoqiaoError('page.no-upload-field')
    const place = placeOf(this.#options.root)
    stage('file')
    const file = await this.#take(item)
    const { document } = item
    const signed = await this.#client.sign({
      file,
      documentName,
      limitBytes: document.limitBytes,
      onStage: stage,
    })
    stage('back')
    return await putBack(signed, document, place, () => {
      this.look()
      return this.#item(documentName)?.upload ?? null
    })
  }

  #item(documentName: string): PageDocument | undefined {
    return this.documents.value.find(({ document }) => document.name === documentName)
  }

  /** The user's own choice goes first, then what the page's field holds, then the page's download. */
  async #take(item: PageDocument): Promise<File> {
    const ready = this.chosen.value ?? item.upload?.files?.[0]
    if (ready) {
      await checkFile(ready, item.document)
      return ready
    }
    const href = item.download?.href
    if (!href) throw new NeedFile()
    return await fetchDownload(href, item.document)
  }
}
