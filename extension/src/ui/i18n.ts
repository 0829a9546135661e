/** Every text a user sees comes from here: `t(key, params)` in the chosen language, Chinese unless the user chose English. */
import { signal } from '@preact/signals'
import { type ErrorCode, errors } from '@suoqiao/protocol'
import { en } from './messages/en/index'
import { zhCN } from './messages/zh-CN/index'

export type MessageKey = keyof typeof zhCN
export type Language = 'zh-CN' | 'en'

/** Reading `t()` inside a component follows this signal, so a change of language redraws at once. */
export const language = signal<Language>('zh-CN')

const books: Record<Language, Readonly<Record<MessageKey, string>>> = { 'zh-CN': zhCN, en }

/** The text of `key`; `{name}` in it is replaced by `params.name`. */
export function t(key: MessageKey, params: Readonly<Record<string, string | number>> = {}): string {
  return books[language.value][key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : whole,
  )
}

/** The error table's sentence (what happened, what to do) in the chosen language. */
export function sayError(code: ErrorCode): string {
  return language.value === 'en' ? errors[code].en : errors[code].say
}
