/** The picture of the seal: the standard mark, or a PNG of one's own. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import {
  drawnPicture,
  forgetOwnPicture,
  keepOwnPicture,
  ownPicture,
  type SealPicture,
} from '../consent/seal-picture'
import { t } from '../ui/i18n'
import { Message } from '../ui/parts'
import { Row } from './row'

export function SealPart() {
  const own = useSignal<SealPicture | null>(null)
  const bad = useSignal(false)
  const input = useRef<HTMLInputElement>(null)
  const reload = async () => {
    own.value = await ownPicture()
  }
  useEffect(() => void reload(), [])
  const choose = async (file: File | undefined) => {
    if (!file) return
    bad.value = !(await keepOwnPicture(file))
    await reload()
  }
  return (
    <>
      <h1>{t('settings.seal.title')}</h1>
      <p class="hint">{t('settings.seal.note')}</p>
      <div class="card grp">
        <Preview picture={own.value} />
        <Row
          name={t(own.value ? 'settings.seal.own' : 'settings.seal.standard')}
          note={t('settings.seal.keep')}
          testId="seal-kind"
        >
          <button
            type="button"
            class="btn btn-s"
            data-testid="seal-choose"
            onClick={() => input.current?.click()}
          >
            {t('settings.seal.choose')}
          </button>
          {own.value && (
            <button
              type="button"
              class="btn btn-s"
              data-testid="seal-drop"
              onClick={() => void forgetOwnPicture().then(reload)}
            >
              {t('settings.seal.drop')}
            </button>
          )}
        </Row>
        <input
          ref={input}
          type="file"
          accept="image/png"
          hidden
          data-testid="seal-file"
          onChange={(event) => void choose(event.currentTarget.files?.[0])}
        />
      </div>
      {bad.value && <Message tone="red">{t('settings.seal.bad')}</Message>}
    </>
  )
}

/** On white, because that is what paper is. */
function Preview({ picture }: { picture: SealPicture | null }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const { image } = picture ?? drawnPicture(null, false, new Date())
    if (!canvas.current) return
    canvas.current.width = image.width
    canvas.current.height = image.height
    canvas.current.getContext('2d')?.putImageData(image, 0, 0)
  }, [picture])
  return (
    <div class="seal-preview">
      <canvas ref={canvas} role="img" aria-label={t('settings.seal.preview')} />
    </div>
  )
}
