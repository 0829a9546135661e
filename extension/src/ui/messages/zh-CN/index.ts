/** All texts in zh-CN, one file per screen; a test proves both languages have the same keys. */
import { consent } from './consent'
import { panel } from './panel'
import { parts } from './parts'
import { pin } from './pin'
import { popup } from './popup'
import { settings } from './settings'
import { welcome } from './welcome'

export const zhCN = { ...parts, ...consent, ...pin, ...popup, ...welcome, ...settings, ...panel } as const
