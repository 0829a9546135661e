import { errors } from '@suoqiao/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { language, type MessageKey, sayError, t } from '../../../extension/src/ui/i18n'
import { en } from '../../../extension/src/ui/messages/en/index'
import { zhCN } from '../../../extension/src/ui/messages/zh-CN/index'

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
const keys = Object.keys(zhCN) as MessageKey[]

afterEach(() => {
  language.value = 'zh-CN'
})

describe('the texts', () => {
  it('say the same things in both languages', () => {
    expect(Object.keys(en).sort()).toEqual([...keys].sort())
  })

  it('ask for the same facts in both languages', () => {
    const dateKey = 'parts.day'
    const differing = keys.filter((key) => key !== dateKey && `${names(zhCN[key])}` !== `${names(en[key])}`)
    expect(differing).toEqual([])
  })

  it('use the words of the house in Chinese', () => {
    const forbidden = /[!！]|PIN|你|亲|抱歉|请稍候|签名成功|失败/
    expect(keys.filter((key) => forbidden.test(zhCN[key]))).toEqual([])
  })

  it('put facts in their place and leave unknown places alone', () => {
    expect(t('consent.page', { n: 3, all: 7 })).toBe('第 3 页，共 7 页')
    expect(t('consent.page', { n: 3 })).toBe('第 3 页，共 {all} 页')
  })

  it('follow the chosen language, also for errors', () => {
    expect(sayError('token.none')).toBe(errors['token.none'].say)
    language.value = 'en'
    expect(t('consent.yes')).toBe('Sign')
    expect(sayError('token.none')).toBe(errors['token.none'].en)
  })
})
