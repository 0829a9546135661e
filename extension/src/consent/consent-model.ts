/** The state of one consent window, and everything a user can do in it. The screen only shows this. */
import { batch, computed, effect, signal } from '@preact/signals'
import { type ErrorCode, errors, SuoqiaoError } from '@suoqiao/protocol'
import type { SignJob } from '../router/messages'
import type { Ask, Listen } from '../ui/background'
import { chooseAmong, offerKey } from './certificate-choice'
import { createGate } from './gate'
import { missing } from './missing'
import type { PageView } from './page-view'
import type { FileFacts, PdfCore } from './pdf-core'
import { codeOf, createPreparation } from './preparation'
import { drawnPicture, ownPicture, paperSize, type SealPicture } from './seal-picture'
import { coversText, proposePlace, type SealPlace, type TextBox } from './seal-place'
import { giveUp, type Stage, sign } from './sign-flow'
import { watchTokens } from './token-watch'

export interface ConsentTools {
  readonly ask: Ask
  readonly listen: Listen
  readonly core: PdfCore
  readonly openPageView: (file: Blob) => Promise<PageView>
  readonly readInput: (jobId: string) => Promise<Blob | null>
  readonly saveSigned: (jobId: string, file: Blob) => Promise<void>
  readonly close: () => void
}

export type Phase =
  | { readonly kind: 'asking' }
  | { readonly kind: 'working'; readonly stage: Stage }
  | { readonly kind: 'done' }

/** 签好了 stays long enough to be read, then the window goes. */
const SHOW_DONE_MS = 1500

export class Consent {
  readonly job = signal<SignJob | null>(null)
  readonly facts = signal<FileFacts | null>(null)
  readonly view = signal<PageView | null>(null)
  readonly place = signal<SealPlace | null>(null)
  readonly texts = signal<readonly TextBox[]>([])
  /** The page on the screen; the seal's page is `place.page`. */
  readonly page = signal(0)
  readonly drawnPages = signal<ReadonlySet<number>>(new Set())
  readonly own = signal<SealPicture | null>(null)
  readonly chosen = signal<string | null>(null)
  readonly phase = signal<Phase>({ kind: 'asking' })
  /** The file or the job cannot be signed at all. */
  readonly fatal = signal<ErrorCode | null>(null)
  /** The last attempt did not work. */
  readonly failure = signal<SuoqiaoError | null>(null)
  readonly tokens
  readonly offer
  readonly practice
  readonly picture
  readonly covers
  readonly preparation
  readonly gate
  readonly #file = signal<Blob | null>(null)
  readonly #jobId: string
  readonly #tools: ConsentTools
  readonly #stops: (() => void)[]

  constructor(jobId: string, tools: ConsentTools) {
    this.#jobId = jobId
    this.#tools = tools
    this.tokens = watchTokens(tools.ask, tools.listen, jobId, () => this.job.value?.practice ?? false)
    this.offer = computed(
      () => this.tokens.view.value.offers.find((one) => offerKey(one) === this.chosen.value) ?? null,
    )
    this.practice = computed(() => Boolean(this.job.value?.practice || this.offer.value?.token.practice))
    const today = new Date()
    this.picture = computed(
      () =>
        this.own.value ??
        drawnPicture(this.offer.value?.certificate.holder ?? null, this.practice.value, today),
    )
    this.covers = computed(() => this.place.value !== null && coversText(this.place.value, this.texts.value))
    const file = () => this.#file.value
    this.preparation = createPreparation(tools.core, file, () => this.job.value?.limitBytes ?? null)
    this.gate = createGate(() => missing(this.#standing()))
    this.#stops = [effect(() => this.#keepChoice()), effect(() => this.#prepare())]
  }

  #standing() {
    const { offers } = this.tokens.view.value
    return {
      hopeless: this.fatal.value !== null || this.#hopeless(),
      working: this.phase.value.kind !== 'asking',
      offers: offers.length,
      chosen: this.offer.value !== null,
      obstacle: this.offer.value?.obstacle != null,
      drawn: this.place.value !== null && this.drawnPages.value.has(this.place.value.page),
      preparation: this.preparation.state.value,
    }
  }

  /** The attempt failed for a reason that repeating cannot mend. */
  #hopeless(): boolean {
    return this.failure.value !== null && errors[this.failure.value.code].retry === 'never'
  }

  #keepChoice(): void {
    const { offers } = this.tokens.view.value
    if (this.phase.peek().kind === 'asking') this.chosen.value = chooseAmong(offers, this.chosen.peek())
  }

  #prepare(): void {
    const place = this.place.value
    const offer = this.offer.value
    const view = this.view.value
    const picture = this.picture.value
    if (!place || !offer || offer.obstacle || !view) {
      this.preparation.request(null)
      return
    }
    const signerName = offer.certificate.holder
    this.preparation.request(async () => {
      const rect = await view.toUserSpace(place.page, place)
      return { page: place.page, rect, picture, signerName, signingTime: new Date() }
    })
  }

  /** Reads job, file and tokens. Whatever makes signing impossible ends in `fatal`. */
  async open(): Promise<void> {
    const { ask, readInput, core, openPageView } = this.#tools
    try {
      this.job.value = await ask('job.get', { jobId: this.#jobId })
      void this.tokens.refresh()
      const input = await readInput(this.#jobId)
      if (!input) throw new SuoqiaoError('page.changed')
      this.own.value = await ownPicture()
      const facts = await core.inspect(input)
      const view = await openPageView(input).catch((cause: unknown) => {
        throw new SuoqiaoError('pdf.damaged', undefined, { cause })
      })
      this.#file.value = input
      this.facts.value = facts
      await this.stand(view, view.pageCount - 1)
      batch(() => {
        this.page.value = view.pageCount - 1
        this.view.value = view
      })
    } catch (thrown) {
      this.fatal.value = codeOf(thrown)
    }
  }

  /** Puts the seal on a page: where the text asks for it, or lower right. */
  async stand(view: PageView, index: number): Promise<void> {
    const size = await view.pageSize(index)
    const boxes = await view.textBoxes(index).catch(() => [])
    batch(() => {
      this.texts.value = boxes
      this.place.value = proposePlace({ ...size, index }, paperSize(this.picture.value), boxes)
    })
  }

  /** The kept seal picture changed. */
  async usePicture(): Promise<void> {
    this.own.value = await ownPicture()
    const view = this.view.value
    if (view && this.place.value) await this.stand(view, this.place.value.page)
  }

  /** 签章 was pressed. Does nothing unless a person pressed it and nothing is missing. */
  async press(event: { readonly isTrusted: boolean }): Promise<void> {
    const { prepared } = this.preparation.state.value
    const [job, facts, offer] = [this.job.value, this.facts.value, this.offer.value]
    if (!this.gate.passes(event) || !job || !facts || !offer || !prepared) return
    this.failure.value = null
    const onStage = (stage: Stage) => {
      this.phase.value = { kind: 'working', stage }
    }
    const { ask, saveSigned, close } = this.#tools
    try {
      await sign({ job, pageCount: facts.pageCount, offer, prepared }, { ask, saveSigned, onStage })
      this.phase.value = { kind: 'done' }
      setTimeout(close, SHOW_DONE_MS)
    } catch (thrown) {
      this.failure.value = thrown instanceof SuoqiaoError ? thrown : new SuoqiaoError('bridge.internal')
      this.phase.value = { kind: 'asking' }
      this.gate.rearm()
      void this.tokens.refresh()
    }
  }

  /** 不签, Esc, or closing after something that cannot be mended. */
  async leave(): Promise<void> {
    const unmendable = this.fatal.value
      ? new SuoqiaoError(this.fatal.value)
      : this.#hopeless()
        ? this.failure.value
        : null
    if (this.phase.value.kind === 'asking') await giveUp(this.#tools.ask, this.#jobId, unmendable)
    this.#tools.close()
  }

  stop(): void {
    for (const end of this.#stops) end()
    this.tokens.stop()
    void this.view.value?.close()
  }
}
