/** Texts of the welcome. */
export const welcome = {} as const
