/** Takes out of a log line what must never be in one: PIN, keys, tickets, names, subjects, file names, ID numbers. */

const REMOVED = '[已隐去]'
/** Deeper and longer values carry nothing a log needs. */
const DEEPEST = 6
const LONGEST_TEXT = 2000
const MOST_ITEMS = 100

/** Field names whose value never reaches a log, compared in lower case without `_` and `-`. */
const SECRET_FIELDS = new Set([
  'pin',
  'password',
  'sealedpin',
  'secret',
  'key',
  'sessionkey',
  'k',
  'mac',
  'ticket',
  'consent',
  'nonce',
  'servernonce',
  'clientnonce',
  'authorization',
  'name',
  'filename',
  'holder',
  'subject',
  'issuer',
  'label',
  'tokenlabel',
  'uscc',
  'digits',
  'cms',
  'signature',
  'der',
  'certificate',
  'sessionid',
])

/** Values that give themselves away wherever they stand. Order matters: the longer forms come first. */
const SECRET_SHAPES: readonly RegExp[] = [
  // A distinguished name from its first attribute on (RFC 4514 §2).
  /(?:\b(?:CN|OU?|SN|GN|L|ST|C|E|UID|serialNumber|emailAddress)=[^"\n]*)/g,
  // 32 random bytes in base64url: K, nonces, MACs and tickets all have 43 characters.
  /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g,
  // Resident ID (GB 11643: 17 digits and a check character) and the old 15-digit form.
  /(?<!\d)\d{17}[\dXx](?![\dA-Za-z])/g,
  /(?<!\d)\d{15}(?!\d)/g,
  // 统一社会信用代码 (GB 32100: 18 characters without I, O, Z, S, V).
  /(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])/g,
  // Mobile numbers.
  /(?<!\d)1[3-9]\d{9}(?!\d)/g,
  // File names with the endings we handle.
  /[^\s"'\\/:]+\.(?:pdf|ofd|png|jpe?g|docx?|xlsx?|p12|pfx|key|pem)\b/gi,
  // `PIN 123456`, `密码: 123456`.
  /(?:pin|password|密码)["'\s:=是]{1,4}[^\s"',}]{4,64}/gi,
]

/** A text without anything that looks secret. */
export function redactText(text: string): string {
  const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text
  return SECRET_SHAPES.reduce((rest, shape) => rest.replace(shape, REMOVED), short)
}

function redactFields(value: object, depth: number): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [field, inner] of Object.entries(value).slice(0, MOST_ITEMS)) {
    const isSecret = SECRET_FIELDS.has(field.toLowerCase().replaceAll(/[_-]/g, ''))
    out[redactText(field)] = isSecret ? REMOVED : redact(inner, depth + 1)
  }
  return out
}

/** The same value, fit for a log: secret fields and secret-looking texts replaced, bytes and depth left out. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return REMOVED
  if (depth >= DEEPEST) return '…'
  if (value instanceof Error) {
    return redactFields({ ...value, type: value.name, message: value.message, stack: value.stack }, depth)
  }
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => redact(item, depth + 1))
  return redactFields(value, depth)
}
