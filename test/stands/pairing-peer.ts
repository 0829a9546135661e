/** The browser's end of pairing, able to lie: it sends what it is told and computes what an honest browser would. */
import { createECDH, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { lengthPrefixed, PAIRING_PATH, PAIRING_SUBPROTOCOL } from '@suoqiao/protocol'
import { CHROME_ORIGIN } from './native-peer.js'
import { openPeer, type SocketPeer } from './socket-peer.js'

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

export interface PairingPeer {
  readonly peer: SocketPeer
  readonly publicKey: Buffer
  readonly nonce: Buffer
  /** Sends the commitment (to another share when one is given) and returns the daemon's offer. */
  commit(share?: Buffer): Promise<{ publicKey: Buffer; nonce: Buffer }>
  open(nonce?: Buffer): void
  digits(offer: { publicKey: Buffer; nonce: Buffer }): string
  key(offer: { publicKey: Buffer }): Buffer
}

export function openPairingPeer(port: number, origin = CHROME_ORIGIN): PairingPeer {
  const ecdh = createECDH('prime256v1')
  const publicKey = ecdh.generateKeys()
  const nonce = randomBytes(32)
  const peer = openPeer({ port, path: PAIRING_PATH, protocols: [PAIRING_SUBPROTOCOL], origin })
  return {
    peer,
    publicKey,
    nonce,
    commit: async (share) => {
      if (peer.socket.readyState !== peer.socket.OPEN) {
        await new Promise<void>((resolve, reject) => {
          peer.socket.once('open', () => resolve())
          peer.socket.once('unexpected-response', (_request, response) =>
            reject(new Error(`HTTP ${response.statusCode}`)),
          )
        })
      }
      const commit = share ?? sha256(lengthPrefixed([publicKey, nonce]))
      peer.send({ t: 'commit', commit: commit.toString('base64url'), origin, browser: 'Chromium' })
      const offer = (await peer.next()) as { publicKey: string; nonce: string }
      return {
        publicKey: Buffer.from(offer.publicKey, 'base64url'),
        nonce: Buffer.from(offer.nonce, 'base64url'),
      }
    },
    open: (opened = nonce) =>
      peer.send({
        t: 'open',
        publicKey: publicKey.toString('base64url'),
        nonce: opened.toString('base64url'),
      }),
    digits: (offer) => {
      const hash = sha256(lengthPrefixed([publicKey, offer.publicKey, nonce, offer.nonce]))
      return String(hash.readUInt32BE(0) % 1_000_000).padStart(6, '0')
    },
    key: (offer) => {
      const salt = sha256(Buffer.concat([publicKey, offer.publicKey]))
      return Buffer.from(hkdfSync('sha256', ecdh.computeSecret(offer.publicKey), salt, 'suoqiao pairing', 32))
    },
  }
}
