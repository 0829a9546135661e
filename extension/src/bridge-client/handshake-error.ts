/** Why a handshake ended before the connection could be used. */

/** Why a WebSocket could not be used; `impostor` is the only one that ends all attempts. */
export type HandshakeFault = 'blocked' | 'timeout' | 'refused' | 'impostor'

export class HandshakeError extends Error {
  readonly fault: HandshakeFault
  constructor(fault: HandshakeFault) {
    super(fault)
    this.name = 'HandshakeError'
    this.fault = fault
  }
}
