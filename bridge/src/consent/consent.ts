/** Consent tickets: one press of the user's confirm button allows one exact request (security requirement 10). */

/** What a ticket is bound to; every field must match at redemption. */
export interface ConsentScope {
  readonly sessionId: string
  readonly origin: string
  readonly method: string
  readonly certificateId: string
  /** SHA-256 of canonicalJson(params), lower-case hex. */
  readonly paramsSha256: string
}

export interface ConsentDesk {
  issue(scope: ConsentScope): { readonly ticket: string; readonly expiresInS: number }
  /** Uses the ticket up, whatever the outcome. Throws consent.required, consent.expired, consent.mismatch. */
  redeem(ticket: string | undefined, scope: ConsentScope): void
}
