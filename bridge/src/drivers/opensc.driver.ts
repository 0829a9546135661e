/** OpenSC: many standard cards and tokens over PC/SC. */
import type { Driver } from './driver.js'

export default {
  id: 'opensc',
  vendor: 'OpenSC',
  product: 'OpenSC PKCS#11',
  provider: 'pkcs11',
  libraries: {
    linux: [
      '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so',
      '/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so',
      '/usr/lib/loongarch64-linux-gnu/opensc-pkcs11.so',
      '/usr/lib64/opensc-pkcs11.so',
      '/usr/lib64/pkcs11/opensc-pkcs11.so',
    ],
    darwin: ['/Library/OpenSC/lib/opensc-pkcs11.so'],
    win32: ['C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll'],
  },
  // Without the PC/SC service it cannot have a token; Windows and macOS always bring the service along.
  usefulWhen: [
    { file: '/run/pcscd/pcscd.comm' },
    { file: '/System/Library/CoreServices' },
    { env: 'SystemRoot' },
  ],
  // One C_GetSlotList was seen to take 8.3 s after a card was put in again.
  quirks: { listMs: 15_000 },
  source: 'Debian package opensc 0.23.0; OpenSC wiki for macOS and Windows',
  verified: 'software',
} satisfies Driver
