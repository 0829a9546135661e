/** Which extensions the native host serves: both ids are pinned, and no other caller gets a key. */

/** The id Chrome derives from `key` in extension/manifest-key.json: SHA-256 of the public key, first 16 bytes, hex digits written a–p. */
export const CHROME_EXTENSION_ID = 'pgfnemmkeecdhcinapgekoojaobcehhb'
/** `browser_specific_settings.gecko.id` of the Firefox build. */
export const GECKO_EXTENSION_ID = 'suoqiao@suoqiao.local'
