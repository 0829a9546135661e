/** Texts that several screens share. */
export const parts = {
  'parts.product': 'Suoqiao',
} as const
