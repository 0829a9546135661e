/** Which environment variables a vendor library gets to see: what it needs to find its tokens, nothing else. */

/** LD_LIBRARY_PATH, LD_PRELOAD, NODE_OPTIONS and the like are left out: they would load code nobody allowed. */
const NAMES = new Set([
  'HOME',
  'PATH',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
  // Windows libraries do not load without these.
  'SystemRoot',
  'SystemDrive',
  'ProgramFiles',
  'ProgramFiles(x86)',
  'ProgramData',
  'APPDATA',
  'LOCALAPPDATA',
  'USERPROFILE',
  'TEMP',
  'TMP',
])
const PREFIXES = ['SOFTHSM2_CONF', 'PKCS11', 'OPENCRYPTOKI', 'OPENSC_', 'TPM2_', 'PCSCLITE_']

export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const allowed = Object.entries(env).filter(
    ([name]) => NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix)),
  )
  return Object.fromEntries(allowed)
}
