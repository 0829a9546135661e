/** Protocol version and the rule that says which side is too old. */

/** Rises only when a method is removed or changes its meaning; additions do not raise it. */
export const PROTOCOL_VERSION = 1

/** The release of the product; extension and bridge are released together. */
export const PRODUCT_VERSION = '0.1.0'

/** Which side must be updated before the two can talk; `none` when they can. */
export type MustUpdate = 'none' | 'extension' | 'bridge'

/** Compares the protocol versions of both sides: the older one must be updated. */
export function whoMustUpdate(extension: number, bridge: number): MustUpdate {
  if (extension === bridge) return 'none'
  return extension < bridge ? 'extension' : 'bridge'
}
