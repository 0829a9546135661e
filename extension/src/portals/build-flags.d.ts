/** The flag that wxt.config.ts sets at build time. */
interface ImportMetaEnv {
  readonly PRACTICE?: boolean
}
