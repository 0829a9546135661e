/** Which extensions the native host serves: both ids are pinned, and no other caller gets a key. */

/** The id Chrome derives from `key` in extension/manifest-key.json: SHA-256 of the public key, first 16 bytes, hex digits written a–p. */
export const CHROME_EXTENSION_ID = 'pgfnemmkeecdhcinapgekoojaobcehhb'
/** `browser_specific_settings.gecko.id` of the Firefox build. */
export const GECKO_EXTENSION_ID = 'suoqiao@suoqiao.local'

/**
 * Which family of browser calls, as the browser itself says it in argv: Chrome passes the caller's origin,
 * Firefox the manifest path and the add-on id (measured in both). Undefined for anybody else.
 */
export function callerFamily(args: readonly string[]): 'chromium' | 'gecko' | undefined {
  if (args[0] === `chrome-extension://${CHROME_EXTENSION_ID}/`) return 'chromium'
  if (args.length === 2 && args[0]?.endsWith('.json') && args[1] === GECKO_EXTENSION_ID) return 'gecko'
  return undefined
}
