/** Texts of the popup. */
export const popup = {} as const
