/**
 * What a portal file says about itself: data only. To add a portal write `<id>.portal.ts` beside this file with
 * `export default { … } satisfies Portal`; the smallest example is xinjiang-cloud.portal.ts. Nothing else changes.
 */
export interface Portal {
  /** Equal to the file name. */
  readonly id: string
  /** The portal's name as it prints it. */
  readonly name: string
  /** Exact origins where it lives, with scheme; only these may start signing. */
  readonly origins: readonly string[]
  /** At least one must hold on the page, beside the origin (never the host alone). All are plain text or prefixes. */
  readonly recognise: {
    readonly pathPrefixes?: readonly string[]
    readonly hashRoutes?: readonly string[]
    readonly titles?: readonly string[]
    readonly menuTexts?: readonly string[]
  }
  /** Documents that are signed off line: downloaded, signed, uploaded. */
  readonly signing: readonly SigningDocument[]
  /** Texts of buttons and ticks that are the user's alone. */
  readonly never: readonly string[]
  /** Help numbers as the manual prints them. */
  readonly help: readonly { readonly label: string; readonly phone: string }[]
  /** Manual and section the facts come from. */
  readonly source: string
}

export interface SigningDocument {
  /** The document's name as the portal prints it. */
  readonly name: string
  /** Text of the link or button that gives the unsigned PDF. */
  readonly downloadTexts: readonly string[]
  /**
   * Label texts near the file input that takes the signed PDF back, in the order to try: the first one that stands near
   * any file input decides, so the most specific comes first.
   */
  readonly uploadLabels: readonly string[]
  /** The word on the portal's upload button, as our panel quotes it. */
  readonly uploadButton: string
  readonly accept: 'application/pdf'
  readonly maxFiles: number
  /** Strictly less than this many bytes. */
  readonly limitBytes: number
}
