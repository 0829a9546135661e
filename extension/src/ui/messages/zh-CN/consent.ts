/** Texts of the consent. */
export const consent = {} as const
