/** How long a vendor library may take, and how often it may fail, before the bridge stops waiting for it. */

export interface Limits {
  /** Start of the child, load and C_Initialize: a card reader stack was seen to need 8.2 s. */
  readonly openMs: number
  /** Token list, certificates, PIN status. */
  readonly listMs: number
  readonly loginMs: number
  readonly signMs: number
  readonly backOffFirstMs: number
  readonly backOffMaxMs: number
  /** So many crashes within `crashWindowMs` suspend the provider for `suspendMs`. */
  readonly maxCrashes: number
  readonly crashWindowMs: number
  readonly suspendMs: number
  /** Resident memory of a child in a call, in bytes; a library that grows beyond it is killed. */
  readonly maxMemory: number
}

export const LIMITS: Limits = {
  openMs: 20_000,
  listMs: 5_000,
  loginMs: 20_000,
  signMs: 15_000,
  backOffFirstMs: 100,
  backOffMaxMs: 5_000,
  maxCrashes: 3,
  crashWindowMs: 60_000,
  suspendMs: 60_000,
  maxMemory: 1_073_741_824,
}
