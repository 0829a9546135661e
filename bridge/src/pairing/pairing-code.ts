/** The arithmetic of pairing by numeric comparison with commitment (bridge/security.md); pure, the same on both sides. */
import { createECDH, createHash, hkdfSync, timingSafeEqual } from 'node:crypto'
import { lengthPrefixed } from '@suoqiao/protocol'

/** What one side shows the other: a P-256 point (uncompressed, 65 bytes) and a nonce of 32 bytes. */
export interface PairingShare {
  readonly publicKey: Buffer
  readonly nonce: Buffer
}

const CURVE = 'prime256v1'
const POINT_BYTES = 65
const NONCE_BYTES = 32
const KEY_BYTES = 32
/** Six digits: 10^6 codes, so a blind guess succeeds once in a million. */
const CODES = 1_000_000

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** Is this a share as the protocol writes it; a point that is not on the curve fails later, at the agreement. */
export function isShare({ publicKey, nonce }: PairingShare): boolean {
  return publicKey.length === POINT_BYTES && publicKey[0] === 4 && nonce.length === NONCE_BYTES
}

/** The extension's commitment to its share: it cannot choose a share any more once it has seen ours. */
export function commitmentTo({ publicKey, nonce }: PairingShare): Buffer {
  return sha256(lengthPrefixed([publicKey, nonce]))
}

export function opensCommitment(share: PairingShare, commitment: Buffer): boolean {
  const expected = commitmentTo(share)
  return commitment.length === expected.length && timingSafeEqual(commitment, expected)
}

/** The six digits both sides show, with leading zeros. */
export function comparisonDigits(extension: PairingShare, daemon: PairingShare): string {
  const hash = sha256(lengthPrefixed([extension.publicKey, daemon.publicKey, extension.nonce, daemon.nonce]))
  return String(hash.readUInt32BE(0) % CODES).padStart(6, '0')
}

export interface PairingSecret {
  readonly publicKey: Buffer
  /** K of the pairing, 32 bytes. Throws when the other side's point is not on the curve. */
  agree(extensionKey: Buffer): Buffer
}

/** A fresh P-256 key pair. K = HKDF-SHA256(x of the shared point, salt SHA-256(pkE ‖ pkD), info "suoqiao pairing"). */
export function createPairingSecret(): PairingSecret {
  const ecdh = createECDH(CURVE)
  const publicKey = ecdh.generateKeys()
  return {
    publicKey,
    agree: (extensionKey) => {
      const shared = ecdh.computeSecret(extensionKey)
      const salt = sha256(Buffer.concat([extensionKey, publicKey]))
      try {
        return Buffer.from(hkdfSync('sha256', shared, salt, 'suoqiao pairing', KEY_BYTES))
      } finally {
        shared.fill(0)
      }
    },
  }
}
