/** Texts that several screens share. */
export const parts = {
  'parts.product': '锁桥',
} as const
