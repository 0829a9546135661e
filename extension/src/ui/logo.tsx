/** The product's mark: an arch through which a lock's shackle is seen. */

/** Paths of the mark on a 28 × 28 field; the arch picture draws them larger. */
export function LogoPaths() {
  return (
    <>
      <rect width="28" height="28" rx="7" fill="#1c4f92" />
      <path
        d="M9.2 13V10.4a4.8 4.8 0 0 1 9.6 0V13"
        fill="none"
        stroke="#fff"
        stroke-width="2.2"
        stroke-linecap="round"
      />
      <path
        fill="#fff"
        d="M6.2 12.6h15.6c.55 0 1 .45 1 1v7.2c0 .55-.45 1-1 1h-3.1v-.6a4.7 4.7 0 0 0-9.4 0v.6H6.2c-.55 0-1-.45-1-1v-7.2c0-.55.45-1 1-1z"
      />
    </>
  )
}

export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 28 28" aria-hidden="true">
      <LogoPaths />
    </svg>
  )
}
