/** Gathers the portal files and answers which portal an origin belongs to. */
import type { Portal } from './portal'

const files = import.meta.glob<Portal>('./*.portal.ts', { eager: true, import: 'default' })

export const portals: readonly Portal[] = Object.values(files)

/** Buttons and ticks that are the user's on every portal; we neither press nor set them. */
export const NEVER_ANYWHERE: readonly string[] = [
  '提交',
  '提交审核',
  '提交核查',
  '监管审核',
  '提交信息',
  '确认申请',
  '推送',
  '立即支付',
  '注销',
  '解绑',
  '转让管理员',
  '我已阅读',
  '同意',
  '承诺',
  '验证码',
  '校验码',
]

/** Set at build time in practice builds, which also run on http://127.0.0.1 with any port. */
export const isPracticeBuild: boolean = import.meta.env.PRACTICE === true

/** True for the origin of a practice portal: plain http on 127.0.0.1 with an explicit port, written exactly so. */
export function isPracticeOrigin(origin: string): boolean {
  return /^http:\/\/127\.0\.0\.1:[1-9][0-9]{0,4}$/.test(origin)
}

/** The portals that may live at this origin. `practice` lets the practice origin stand in for every portal's own. */
export function portalsAt(origin: string, practice = isPracticeBuild): readonly Portal[] {
  if (practice && isPracticeOrigin(origin)) return portals
  return portals.filter((portal) => portal.origins.includes(origin))
}

/** Match patterns of the content script, computed so that a new portal file needs no other change. */
export function contentMatches(practice = isPracticeBuild): string[] {
  const own = portals.flatMap((portal) => portal.origins.map((origin) => `${origin}/*`))
  return practice ? [...own, 'http://127.0.0.1/*'] : own
}
