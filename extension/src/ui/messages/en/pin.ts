/** Texts of the pin. */
export const pin = {} as const
