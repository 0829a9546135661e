/** Text size, colours, language; each acts at once. */
import { type Appearance, appearance, changeAppearance } from '../ui/appearance'
import { t } from '../ui/i18n'
import { Lamp } from '../ui/lamp'
import { Segmented } from '../ui/parts'
import { Row } from './row'

const set = (change: Partial<Appearance>) => void changeAppearance(change)

export function AppearancePart() {
  const { text, theme, language } = appearance.value
  return (
    <>
      <h1>{t('settings.look.title')}</h1>
      <div class="card grp">
        <Row name={t('settings.look.text')} note={t('settings.look.text.note')}>
          <Segmented
            label={t('settings.look.text')}
            testId="text"
            value={text}
            choices={[
              ['normal', t('settings.look.text.normal')],
              ['large', t('settings.look.text.large')],
            ]}
            onChoose={(value) => set({ text: value })}
          />
        </Row>
        <Row name={t('settings.look.theme')}>
          <Segmented
            label={t('settings.look.theme')}
            testId="theme"
            value={theme}
            choices={[
              ['system', t('settings.look.theme.system')],
              ['light', t('settings.look.theme.light')],
              ['dark', t('settings.look.theme.dark')],
            ]}
            onChoose={(value) => set({ theme: value })}
          />
        </Row>
        <Row name={t('settings.look.language')}>
          <Segmented
            label={t('settings.look.language')}
            testId="language"
            value={language}
            choices={[
              ['zh-CN', '简体中文'],
              ['en', 'English'],
            ]}
            onChoose={(value) => set({ language: value })}
          />
        </Row>
      </div>
      <Lamps />
    </>
  )
}

function Lamps() {
  return (
    <>
      <h1>{t('settings.look.lamps')}</h1>
      <div class="card grp">
        <Row name={t('settings.look.lamps.note')}>
          <span class="row lamps">
            <Lamp colour="red">{t('settings.look.red')}</Lamp>
            <Lamp colour="yellow">{t('settings.look.yellow')}</Lamp>
            <Lamp colour="green">{t('settings.look.green')}</Lamp>
          </span>
        </Row>
      </div>
    </>
  )
}
