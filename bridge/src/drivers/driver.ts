/**
 * What the bridge knows about one vendor's library: data only. To add a vendor, write `<id>.driver.ts` with a default
 * export `{ … } satisfies Driver`; nothing else changes. The smallest example is softhsm2.driver.ts. There is no driver
 * for p11-kit's proxy on purpose: it filters mechanisms, among them the ones Chinese tokens sign with.
 */

/** A sign that the library is of use here. Without one it is not loaded, although it is installed. */
export type Sign = { readonly env: string } | { readonly file: string }

export interface Driver {
  /** Same as the file name; part of every token id. */
  readonly id: string
  readonly vendor: string
  readonly product: string
  /** File name of the provider that speaks to it: `<kind>.provider.ts`. */
  readonly provider: string
  /** Absolute paths in the order to try. Nothing else is ever searched. */
  readonly libraries: {
    readonly linux?: readonly string[]
    readonly win32?: readonly string[]
    readonly darwin?: readonly string[]
  }
  /** Any one of them is enough; absent means always. `~/` stands for the user's home directory. */
  readonly usefulWhen?: readonly Sign[]
  readonly quirks?: {
    /** Deadline for lists, in ms, where 5 s are too short. */
    readonly listMs?: number
  }
  /** Where the facts come from. */
  readonly source: string
  /** How far it was tried: with real hardware, with software, or only read about. */
  readonly verified: 'hardware' | 'software' | 'documented'
}
